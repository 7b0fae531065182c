"""Backups, and what a restored, old or cloned database does to those that read it."""
import shutil
from ground import seconds_until
from suite import REALM, Stations, Suite

def restore(report, folder):
    """A backup taken at work is restored, an old copy is put in place by hand, a clone is started: nobody goes on in silence."""
    with Suite(folder, services=["monitoring", "dispatch", "assessment"]) as suite:
        seconds_until(lambda: suite.status())
        first = report_round(suite, rounds=1)
        copies, old = folder / "copies", folder / "old"
        taken = suite.tool("backup", "--data", suite.data, "--realm", REALM, "--to", copies)
        report.check("a backup is taken of the suite at work", taken.returncode == 0, taken.stderr.strip())
        shutil.copytree(copies, old)
        report_round(suite, rounds=3)
        by_hand(report, suite, old)
        restored(report, suite, copies)
        clone(report, suite, copies)
        suite.stop()
        suite.check_reports(report, first, "confirmed before the backup")
        suite.check_verified(report, "restore", streams=3)

def report_round(suite, rounds):
    stations = Stations(suite.port, rounds)
    stations.finish()
    stations.stop()
    seconds_until(lambda: all(at_head(suite, service) for service in ("dispatch", "assessment")))
    return stations

def at_head(suite, service): return suite.cursor_is_at_head(service, "monitoring")

def stopped(suite, service, code):
    """Whether a service has ended with 1 and one line of that code that names `fengsui cursor reset`; what it said."""
    process = suite.running[service]
    seconds_until(lambda: process.poll() is not None, 30)
    errors = suite.errors(service)[-1:]
    return process.poll() == 1 and len(errors) == 1 and errors[0].startswith(f"{code}: ") and "fengsui cursor reset" in errors[0], errors

def by_hand(report, suite, old):
    """A copy put in place without `fengsui restore`: the same epoch, less than was read."""
    suite.kill("monitoring")
    aside = suite.folder / "aside"
    aside.mkdir()
    for file in suite.data.glob("monitoring.db*"):
        if not file.name.endswith(".lock"): shutil.move(file, aside)
    shutil.copy(old / "monitoring.db", suite.data)
    suite.start("monitoring")
    for service in ("dispatch", "assessment"):
        is_stopped, errors = stopped(suite, service, "head-below-cursor")
        report.check(f"an old copy put in place by hand stops {service} with the command that resolves it", is_stopped, errors)
        suite.kill(service)
    suite.kill("monitoring")
    for file in suite.data.glob("monitoring.db*"):
        if not file.name.endswith(".lock"): file.unlink()
    for file in aside.iterdir(): shutil.move(file, suite.data)
    suite.start("monitoring")
    for service in ("dispatch", "assessment"): suite.start(service)
    report.check("what was moved aside and put back goes on", seconds_until(lambda: all(at_head(suite, s) for s in ("dispatch", "assessment"))) is not None)

def restored(report, suite, copies):
    """`fengsui restore` begins an epoch: readers stop, `cursor reset` lets them go on."""
    restoring = ("restore", "--from", copies, "--data", suite.data, "--realm", REALM, "--service", "monitoring")
    said = suite.tool(*restoring)
    report.check("a database at work is not restored over", said.returncode == 1 and "stop it" in said.stderr, said.stderr.strip())
    suite.kill("monitoring")
    said = suite.tool(*restoring)
    report.check("nor is one that is there", said.returncode == 1 and "move it aside" in said.stderr, said.stderr.strip())
    for file in suite.data.glob("monitoring.db*"):
        if not file.name.endswith(".lock"): file.unlink()
    report.check("where it is gone it is restored", suite.tool(*restoring).returncode == 0)
    suite.start("monitoring")
    for service in ("dispatch", "assessment"):
        is_stopped, errors = stopped(suite, service, "epoch-changed")
        report.check(f"a new epoch stops {service} with the command that resolves it", is_stopped, errors)
        suite.kill(service)
    for service, streams in (("dispatch", ["monitoring"]), ("assessment", ["monitoring", "monitoring.observation"])):
        for stream in streams:
            reset = suite.tool("cursor", "reset", "--service", service, "--stream", stream, "--data", suite.data, "--bus", suite.bus)
            report.check(f"the cursor of {service} in {stream} is reset", reset.returncode == 0, (reset.stdout + reset.stderr).strip().replace("\n", "; "))
        suite.start(service)
    stations = report_round(suite, rounds=2)
    report.check("reports that were lost with the database and come again are confirmed, and all is read",
                 stations.finished and all(at_head(suite, s) for s in ("dispatch", "assessment")), stations.count)

def clone(report, suite, copies):
    """A copy of the restored publisher is started while that one stands still: as if it were the same."""
    suite.stop("monitoring")
    cloned = suite.folder / "cloned"
    cloned.mkdir()
    shutil.copy(suite.database("monitoring"), cloned)
    suite.start("monitoring")
    report_round(suite, rounds=3)
    suite.stop("monitoring")
    suite.own = {"monitoring": cloned}
    suite.start("monitoring")
    for service in ("dispatch", "assessment"):
        is_stopped, errors = stopped(suite, service, "head-below-cursor")
        report.check(f"a clone that knows less stops {service}", is_stopped, errors)
        suite.kill(service)
    suite.stop("monitoring")
    suite.own = {}
    for service in suite.services: suite.start(service)
    report.check("with the right publisher back they go on", seconds_until(lambda: all(at_head(suite, s) for s in ("dispatch", "assessment"))) is not None)
    # The same, but the clone has written other records meanwhile, and more of them.
    suite.kill("dispatch"), suite.kill("assessment")
    suite.stop("monitoring")
    suite.own = {"monitoring": cloned}
    suite.start("monitoring")
    seconds_until(lambda: suite.status("monitoring"))
    stations = Stations(suite.port, rounds=5, first=20)
    stations.finish()
    for service in ("dispatch", "assessment"):
        suite.start(service)
        is_stopped, errors = stopped(suite, service, "chain-broken")
        report.check(f"a clone that wrote other records stops {service}", is_stopped, errors)
        suite.kill(service)
    suite.stop("monitoring")
    suite.own = {}
    for service in suite.services: suite.start(service)
    report.check("with the right publisher back they go on", seconds_until(lambda: all(at_head(suite, s) for s in ("dispatch", "assessment"))) is not None)
