"""Two processes for one place: a data folder, a name on the bus, a port."""
from ground import call, programs, seconds_until
from suite import REALM, Stations, Suite

def twice(report, folder):
    """The second is refused in one line, and the first goes on as if nothing had been."""
    with Suite(folder, services=["monitoring", "dispatch"]) as suite:
        seconds_until(lambda: suite.status())
        stations = Stations(suite.port, rounds=2)
        stations.pause = 0.005
        (folder / "second").mkdir()
        second = Suite(folder / "second", services=[])
        for what, data, bus, code in [("the same data folder", suite.data, folder / "other-bus", "store-busy"),
                                         ("the same name on the bus", folder / "other", suite.bus, "address"),
                                         ("the same data folder and bus", suite.data, suite.bus, "store-busy")]:
            second.bus, second.own = bus, {"monitoring": data}
            ended, errors = second.refused("monitoring")
            report.check(f"{what}: the second is refused in one line", ended == 1 and len(errors) == 1 and errors[0].startswith(f"{code}: ") and "stop it" in errors[0],
                         f"{ended} {errors}")
            report.check(f"{what}: the first still answers", suite.status("monitoring") is not None)
        second.bus, second.own = folder / "other-bus", {"monitoring": folder / "other"}
        second.port = suite.port
        ended, errors = second.refused("monitoring")
        report.check("the same port for stations: the second is refused in one line", ended == 1 and len(errors) == 1 and "in use" in errors[0], f"{ended} {errors}")
        verified = call(programs() / "fengsui", "verify", "--data", suite.data, "--realm", REALM, check=False)
        report.check("verify does not touch a database at work", verified.returncode == 1 and "store-busy" in verified.stdout, next((line for line in verified.stdout.splitlines() if "store-" in line), verified.stderr))
        report.check("reports go on being confirmed", stations.finish(), stations.count)
        stations.stop()
        report.check("dispatch has read all", seconds_until(lambda: suite.cursor_is_at_head("dispatch", "monitoring")) is not None)
        report.check("nobody complained", not suite.errors("monitoring") and not suite.errors("dispatch"), suite.errors("monitoring") + suite.errors("dispatch"))
        suite.stop()
        suite.check_reports(report, stations, "started twice")
        suite.check_verified(report, "started twice")
