"""A clock that is set back while the services are at work."""
import glob, os, sqlite3
from ground import Unable, call, seconds_until
from suite import Stations, Suite

def set_back(report, folder):
    """The clock of the publisher's machine is set back by an hour: reports are confirmed, readers hear it, its journal's time never goes back."""
    offset = folder / "offset"
    offset.write_text("+0")
    clock = dict(os.environ, LD_PRELOAD=library(), FAKETIME_TIMESTAMP_FILE=str(offset), FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1",
                 DONT_FAKE_MONOTONIC="1")
    with Suite(folder, services=["dispatch"]) as suite:
        suite.services = ["monitoring", "dispatch"]
        # libfaketime changes the environment of the first process that loads it, beside which Swift looks for its arguments.
        suite.start("monitoring", "env", env=clock)
        seconds_until(lambda: suite.status())
        stations = Stations(suite.port, rounds=3)
        stations.pause = 0.01
        seconds_until(lambda: stations.count > 200)
        before = stations.count
        offset.write_text("-3600")
        report.check("reports go on being confirmed", seconds_until(lambda: stations.count > before + 200, 20) is not None, stations.count - before)
        stations.pause = 0
        stations.finish()
        stations.stop()
        report.check("dispatch has read all", seconds_until(lambda: suite.cursor_is_at_head("dispatch", "monitoring")) is not None)
        silent = seconds_until(lambda: "monitoring" in suite.unready("dispatch"), 8)
        report.check("dispatch hears monitoring's heartbeat", silent is None, "" if silent is None else f"silent after {silent} s")
        for service, code in suite.stop().items(): report.check(f"{service} ends in order", code == 0, code)
        source = sqlite3.connect(suite.database("monitoring"))
        times = [row[0] for row in source.execute("SELECT now_us FROM journal ORDER BY entry")]
        source.close()
        report.check("the journal's time never goes back", times == sorted(times), len(times))
        suite.check_reports(report, stations, "clock set back")
        suite.check_verified(report, "clock set back")

def library():
    find = lambda: next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if not find() and os.geteuid() == 0: call("apt-get", "install", "-y", "-qq", "--no-install-recommends", "libfaketime", check=False)
    if not find(): raise Unable("libfaketime is not installed")
    return find()
