"""Processes that stand still: SIGSTOP, and SIGCONT."""
import os, signal, time
from ground import seconds_until
from suite import Stations, Suite

def resident(process):
    """MB in memory."""
    return next(int(line.split()[1]) for line in open(f"/proc/{process.pid}/status") if line.startswith("VmRSS")) / 1024

def standstill(report, folder):
    """A reader stands still until its publisher's queue overflows; then the publisher does."""
    with Suite(folder, services=["monitoring", "dispatch", "assessment"]) as suite:
        seconds_until(lambda: suite.page("dispatch", "/readyz")[0] is not None)
        reader, publisher = suite.running["assessment"], suite.running["monitoring"]
        reader.send_signal(signal.SIGSTOP)
        begun, before = time.monotonic(), resident(publisher)
        stations = Stations(suite.port, rounds=4)
        finished = stations.finish()
        report.check("monitoring goes on while a reader stands still", finished, f"{stations.count} reports in {time.monotonic() - begun:.1f} s")
        report.check("what waits for the reader is bounded", resident(publisher) - before < 200, f"{before:.0f} to {resident(publisher):.0f} MB")
        reader.send_signal(signal.SIGCONT)
        caught = seconds_until(lambda: is_read(suite))
        cursor = suite.cursor("assessment", "monitoring.observation")
        report.check("the reader catches up", caught is not None, f"{caught} s")
        report.check("its publisher had dropped records, and it fetched them", int(cursor.get("pages", 0)) > 0,
                     f"gaps {cursor.get('gaps', 0)}, pages {cursor.get('pages', 0)}")

        seconds_until(lambda: suite.unready("dispatch") == {"stockpile", "center"}, 20)
        publisher.send_signal(signal.SIGSTOP)
        after = seconds_until(lambda: "monitoring" in suite.unready("dispatch"), 20)
        code, page = suite.page("dispatch", "/readyz")
        report.check("a reader is not ready when its publisher stands still, and names the stream", after is not None and code == 503,
                     f"after {after} s: {page}")
        report.check("the reader itself is healthy", suite.page("dispatch", "/healthz")[0] == 200)
        publisher.send_signal(signal.SIGCONT)
        again = seconds_until(lambda: "monitoring" not in suite.unready("dispatch"), 20)
        report.check("and the stream is fresh again after SIGCONT", again is not None, f"{again} s")
        stations.stop()
        for service, code in suite.stop().items(): report.check(f"{service} ends in order", code == 0, code)
        suite.check_reports(report, stations, "SIGSTOP")
        suite.check_verified(report, "SIGSTOP", streams=3)

def is_read(suite):
    states = suite.status("monitoring", "assessment") or {}
    heads = {s["head"]["stream"]: int(s["head"].get("sequence", 0)) for s in states.get("monitoring", {}).get("streams", [])}
    cursors = {c["stream"]: int(c.get("next", 1)) for c in states.get("assessment", {}).get("cursors", [])}
    return bool(heads) and all(cursors.get(stream) == head + 1 for stream, head in heads.items())
