"""kill -9, again and again, and power cuts."""
import random, time
from ground import LoopDisk, need_root, seconds_until
from suite import Stations, Suite

def kill_loops(report, folder):
    """Each service is killed at any moment, sometimes all at once, while stations report; nobody is spared a kill in its start."""
    chance, kills, slowest = random.Random(20261125), 0, 0.0
    with Suite(folder) as suite:
        stations = Stations(suite.port, rounds=8)
        while not stations.finished:
            victims = suite.services if chance.random() < 0.1 else [chance.choice(suite.services)]
            for victim in victims: suite.kill(victim)
            kills += len(victims)
            time.sleep(chance.random() * 0.2)
            for victim in victims: suite.start(victim)
            time.sleep(chance.random() * 0.6)
            if chance.random() < 0.1:
                with stations.held(): slowest = max(slowest, seconds_until(suite.is_caught_up) or 60)
        stations.stop()
        caught = seconds_until(suite.is_caught_up)
        report.check(f"all have caught up after {kills} kills", caught is not None and kills > 50, f"{caught} s, at most {slowest} s in between")
        report.check("stations had to repeat reports", stations.repeated > 0, stations.repeated)
        for service, code in suite.stop().items(): report.check(f"{service} ends in order", code == 0, code)
        suite.check_reports(report, stations, "kill -9")
        suite.check_verified(report, "kill -9", streams=10)

def power_cut(report, folder):
    """The disk of the publisher loses its power, and then that of two readers: what was not synced is gone."""
    need_root("a power cut")
    for victims, cuts in ((["monitoring"], 8), (["dispatch", "assessment"], 4)):
        place = folder / victims[0]
        place.mkdir()
        cut_again_and_again(report, place, victims, cuts)

def cut_again_and_again(report, folder, victims, cuts):
    chance = random.Random(len(victims))
    disk = LoopDisk(folder / "image", folder / "disk")
    named = " and ".join(victims)
    try:
        with Suite(folder, data={victim: disk.folder for victim in victims}) as suite:
            stations, gone, slowest = Stations(suite.port, rounds=12), 0, 0.0
            stations.pause = 0.005
            for _ in range(cuts):
                before = stations.count
                seconds_until(lambda: stations.count > before + 50)
                time.sleep(chance.random())
                disk.cut()
                for victim in victims: suite.kill(victim)
                gone += disk.restore()
                for victim in victims: suite.start(victim)
                with stations.held(): slowest = max(slowest, seconds_until(suite.is_caught_up) or 60)
            stations.pause = 0
            stations.finish()
            stations.stop()
            report.check(f"{cuts} power cuts at {named}: what was not synced was gone each time", gone == cuts, gone)
            caught = seconds_until(suite.is_caught_up)
            report.check(f"power cut at {named}: all have caught up", caught is not None and stations.finished, f"at most {slowest} s after a cut")
            suite.stop()
            suite.check_reports(report, stations, f"power cut at {named}")
            suite.check_verified(report, f"power cut at {named}", streams=10)
    finally: disk.close()
