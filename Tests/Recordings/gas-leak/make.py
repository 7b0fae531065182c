#!/usr/bin/env python3
"""Writes inputs.jsonl and expected.jsonl: a leak at a valve well, by the minute. No code in common with the product.

Everything is made: gas in tenths of a per cent of the lower explosive limit, pressure in tenths of a kPa. The sensor of well 2 falls
silent just as it passes 40 %: what held then is raised when its next word is ten minutes overdue.
"""
import datetime, json, pathlib, sys

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
MINUTE, SECOND = datetime.timedelta(minutes=1), datetime.timedelta(seconds=1)
BEGIN = datetime.datetime(2026, 11, 19, 22, tzinfo=datetime.timezone.utc)  # 06:00 in Beijing
COLOURS = ["none", "blue", "yellow", "orange", "red"]
WELLS = ["well-1", "well-2", "well-3"]
GRACE = 10 * MINUTE

def gas(well, m):
    if well == "well-1": return min(5 + 8 * max(0, m - 80), 280) if m < 130 else max(5, 280 - 5 * (m - 130))
    if well == "well-2": return None if 88 <= m <= 170 else 5 + 15 * max(0, m - 60) if m < 88 else 5
    return 5 + m % 3

def pressure(m):
    if m < 65: return 3000
    if m < 95: return 3000 - 20 * (m - 65)
    if m < 110: return 2400
    if m < 150: return max(0, 2400 - 100 * (m - 110))
    return min(3000, 100 * (m - 150))

def stamp(t): return t.strftime("%Y-%m-%dT%H:%M:%SZ")

class Track:
    colour, change, revision, name, lapse, seen, last = 0, None, 0, "", None, None, ""

class Rule:
    def __init__(self, name, bands, hysteresis, hold, clear): self.name, self.bands, self.hysteresis, self.hold, self.clear = name, bands, hysteresis, hold, clear
    def target(self, value, current): return max([c for c, at in self.bands if value >= at - (self.hysteresis if c <= current else 0)], default=0)

RULES = {r.name: r for r in [
    Rule("gas", [(2, 100), (3, 200), (4, 400)], 20, 2 * MINUTE, 10 * MINUTE),
    Rule("pressure", [(3, 100), (4, 200)], 20, 0 * MINUTE, 15 * MINUTE),
    Rule("silence", [(1, 600), (2, 1800)], 0, 0 * MINUTE, 0 * MINUTE),
    Rule("again", [(1, 10)], 0, 0 * MINUTE, 0 * MINUTE)]}

class Watch:
    def __init__(self): self.out, self.tracks, self.read = [], {}, {}
    def track(self, rule, station): return self.tracks.setdefault((rule, station), Track())
    def tell(self, now, kind, track, **more): self.out.append(dict(time=stamp(now), type="monitoring.warning." + kind, subject=track.name, **more))

    def demand(self, rule, station, target, observed, now):
        """What a target does at an instant of observation; true where something was told."""
        r, t = RULES[rule], self.track(rule, station)
        if target == t.colour: t.change = None; return False
        up = target > t.colour
        same = t.change and (target >= t.change[0] > t.colour if up else target <= t.change[0] < t.colour)
        t.change = (target, t.change[1] if same else observed)
        if observed - t.change[1] < (r.hold if up else r.clear): return False
        t.change = None
        if not target:
            self.tell(now, "cancelled", t); t.colour, t.lapse, t.last = 0, None, t.name
            return True
        if not t.colour:
            t.name, t.revision = "W.%s.%s.%s" % (rule, station, observed.strftime("%Y%m%d%H%M")), 0
            assert t.name != t.last, "a name twice"
        updates, t.colour, t.revision = t.colour > 0, target, t.revision + 1
        self.tell(now, "drafted", t, colour=COLOURS[target]); self.tell(now, "approved", t)
        self.tell(now, "updated" if updates else "issued", t, colour=COLOURS[target])
        t.lapse = now + 360 * MINUTE
        return True

    def evaluate(self, rule, station, value, observed, now, demanding=True):
        t = self.track(rule, station)
        target = RULES[rule].target(value, t.colour) if demanding else 0
        self.demand(rule, station, target, observed, now)
        t.seen = (target, observed, now)

    def deadline(self, key):
        t, r = self.tracks[key], RULES[key[0]]
        due = []
        if t.lapse: due.append(t.lapse)
        if t.seen:
            if t.change and t.change[0] > t.colour: due.append(t.seen[2] + (t.change[1] + r.hold + GRACE - t.seen[1]))
            if key[0] == "silence": due += [t.seen[2] + at * SECOND for c, at in r.bands if c > t.colour][:1]
        return min(due, default=None)

    def pass_to(self, until):
        """What time does up to then, in its order."""
        while True:
            due = sorted((d, key) for key in self.tracks if (d := self.deadline(key)) and d <= until)
            if not due: return
            (now, key), others = due[0], due[1:]
            assert not others or others[0][0] > now, "two at once: the order would be a guess"
            t = self.tracks[key]
            assert t.lapse != now, "nothing lapses here"
            target, observed, came = t.seen
            if key[0] == "silence": self.demand(*key, RULES["silence"].target((now - came).total_seconds(), t.colour), now if not t.colour else observed + (now - came), now)
            else: assert self.demand(*key, target, observed + (now - came) - GRACE, now)

    def take(self, station, m, value, now):
        at = BEGIN + m * MINUTE
        past = self.read.setdefault(station, {})
        past[m] = value
        if station in WELLS:
            self.evaluate("gas", station, value, at, now)
            self.evaluate("silence", station, 0, at, now)
            self.evaluate("again", station, sum(1 for n, v in past.items() if m - 30 <= n <= m and v >= 100), at, now)
            known = self.read.get("regulator")
            if known: self.fall(max(known), m, now)
        else: self.fall(m, m, now)

    def fall(self, newest, m, now):
        """The pressure's fall as of its newest reading; asked again when a well says something."""
        window = [v for n, v in self.read["regulator"].items() if newest - 10 <= n <= newest]
        smelt = any(m - max(self.read[w]) <= 5 and self.read[w][max(self.read[w])] >= 50 for w in WELLS if self.read.get(w))
        self.evaluate("pressure", "regulator", max(window) - self.read["regulator"][newest], BEGIN + m * MINUTE, now, smelt)

def main():
    watch, inputs = Watch(), []
    for m in range(240):
        now, items = BEGIN + m * MINUTE + 5 * SECOND, []
        said = [(well, "combustible_gas", "%", gas(well, m)) for well in WELLS] + [("regulator", "gas_pressure", "kPa", pressure(m))]
        watch.pass_to(now)
        for station, element, unit, value in said:
            if value is None: continue
            items.append(dict(station=station, element=element, value="%d.%d" % divmod(value, 10), unit=unit, observed=stamp(BEGIN + m * MINUTE)))
            watch.take(station, m, value, now)
        body = json.dumps(dict(batch=str(m), observations=items), separators=(",", ":"))
        inputs.append(dict(time=stamp(now), to="monitoring", channel="observations", sender="scada", label="synthetic", data=body.encode().hex()))
    write("inputs.jsonl", inputs); write("expected.jsonl", watch.out)

def write(name, rows):
    (OUT / name).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))

if __name__ == "__main__": main()
