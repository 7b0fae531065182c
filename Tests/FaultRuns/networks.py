"""Services on two hosts, and a wire that loses or holds what is sent."""
import time
from ground import call, free_ports, programs, seconds_until, TwoHosts
from suite import Stations, Suite

# Monitoring has a host of its own: every reader is on the other side of the wire, but for one.
SIDES = {"monitoring": 0, "command-center": 0, "dispatch": 1, "stockpile": 1, "assessment": 1}

def network(report, folder):
    """The wire is cut, and loses 10 to 30 % of its packets; the bus is TCP with CURVE."""
    hosts = TwoHosts()
    try: run(report, folder, hosts)
    finally: hosts.close()

def keys(folder, hosts):
    """bus.yaml with each service at its host's address."""
    call(programs() / "fengsui", "keys", "--folder", folder / "bus", "--host", hosts.addresses[1])
    file = folder / "bus/bus.yaml"
    lines = file.read_text().splitlines()
    for index, line in enumerate(lines):
        service = line.strip().split(":")[0]
        if service in SIDES: lines[index] = line.replace(hosts.addresses[1], hosts.addresses[SIDES[service]])
    file.write_text("\n".join(lines) + "\n")
    return file

def run(report, folder, hosts):
    suite = Suite(folder, bus=keys(folder, hosts))
    suite.hosts = {service: ["ip", "netns", "exec", hosts.names[side]] for service, side in SIDES.items()}
    suite.hosts["tool"] = suite.hosts["monitoring"]
    with suite:
        report.check("all are up on two hosts", seconds_until(suite.is_caught_up) is not None)
        stations = Stations(suite.port, rounds=40, enter=lambda: hosts.enter(0))
        stations.pause = 0.02
        for what, fault, lasts in [("cut for 15 s", hosts.drop, 15), ("losing 10 %", lambda: hosts.lose(0.1), 8),
                                   ("losing 20 %", lambda: hosts.lose(0.2), 8), ("losing 30 %", lambda: hosts.lose(0.3), 12),
                                   ("cut for 3 s", hosts.drop, 3)]:
            before = stations.count
            fault()
            time.sleep(lasts)
            during = stations.count - before
            lag = behind(suite)
            hosts.heal()
            caught = seconds_until(lambda: not behind(suite))
            report.check(f"wire {what}: all caught up", caught is not None, f"{caught} s after it healed; {during} reports confirmed meanwhile, {lag} records behind")
            report.check(f"wire {what}: monitoring went on", during > 0, during)
        stations.stop()
        report.check("all have caught up", seconds_until(suite.is_caught_up) is not None)
        cursor = suite.cursor("assessment", "monitoring.observation")
        report.check("gaps were seen and fetched", int(cursor.get("gaps", 0)) > 0 and int(cursor.get("pages", 0)) > 0,
                     f"gaps {cursor.get('gaps', 0)}, pages {cursor.get('pages', 0)}, duplicates {cursor.get('duplicates', 0)}")
        for service, code in suite.stop().items(): report.check(f"{service} ends in order", code == 0, code)
        suite.check_reports(report, stations, "network")
        suite.check_verified(report, "network", streams=10)

def behind(suite):
    """How many observations assessment has not read, as both databases say: asking over the wire would be part of the fault."""
    import sqlite3
    def number(service, sql):
        source = sqlite3.connect(f"file:{suite.database(service)}?mode=ro", uri=True, timeout=10)
        try: return source.execute(sql).fetchone()[0] or 0
        finally: source.close()
    read = number("assessment", "SELECT max(next) - 1 FROM cursor WHERE stream = 'monitoring.observation'")
    return max(0, number("monitoring", "SELECT max(last) FROM outbox WHERE stream = 'monitoring.observation'") - read)
