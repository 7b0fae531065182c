#!/usr/bin/env python3
"""Writes inputs.jsonl and what must come of it: expected.jsonl, levels.jsonl, response.jsonl. Independent of the product: another language, no code in common.

The hourly rain and flow are measured (hourly-120h.csv); stations, travel times, rating curve, 5-minute values, faults and
people's acts are made. What happens after the warnings stands in acts.py, by hand.
"""
import csv, datetime, json, math, pathlib, sys
import acts as people

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
START = datetime.datetime(2026, 9, 30, 16, tzinfo=datetime.timezone.utc)  # 1 October, 00:00 in Beijing
HOUR, MINUTE, SECOND = (datetime.timedelta(seconds=s) for s in (3600, 60, 1))
COLOURS = ["none", "blue", "yellow", "orange", "red"]
RIVER, RAIN = ["1522021001", "1522021002", "1522021003", "1522021004"], ["1522021005", "1522021006"]
SILENT_AFTER = 150 * MINUTE
# As in monitoring.yaml; stage in mm, rain in tenths of a mm.
HARD = dict(stage=(0, 12000), rain=(0, 2000))
RATE, STUCK_FOR, STUCK_ABOVE = 2000, 3 * HOUR, 2500
def rule(name, element, stations, bands, hysteresis, clear, lifetime, kind="sum", window=HOUR, duration=0 * HOUR, automatic=9):
    return dict(name=name, element=element, stations=stations, bands=bands, hysteresis=hysteresis, clear=clear * HOUR,
                lifetime=lifetime * HOUR, kind=kind, window=window, duration=duration, automatic=automatic)
RULES = [rule("stage-alarm", "stage", RIVER, [(1, 2000), (2, 3000), (3, 4000), (4, 5000)], 200, 2, 24, "level", automatic=4),
         rule("stage-rise", "stage", RIVER, [(2, 500), (3, 1000)], 100, 3, 12, "rise"),
         rule("rain-1h", "rain", RAIN, [(2, 150), (3, 200)], 20, 3, 12),
         rule("rain-3h", "rain", RAIN, [(2, 400), (3, 500)], 50, 3, 12, window=3 * HOUR, duration=HOUR),
         rule("rain-24h", "rain", RAIN, [(1, 1000), (2, 1500), (3, 2000)], 100, 6, 24, window=24 * HOUR)]
# address, class, share of the flow in per mille, lag in hours, share of the areal rain in per mille; rain gauges have no flow
STATIONS = [("1522021001", 0x48, 1000, 3, 1000), ("1522021002", 0x48, 500, 0, 1000), ("1522021003", 0x48, 700, 1, 1000),
            ("1522021004", 0x48, 850, 2, 1000), ("1522021005", 0x50, 0, 0, 1000), ("1522021006", 0x50, 0, 0, 850)]

# ---- frames

def stamp(t): return t.strftime("%Y-%m-%dT%H:%M:%SZ")
def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8): value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value
def bcd(number, size): return bytes.fromhex(str(number).zfill(size * 2))
def beijing(t, form): return bytes.fromhex((t + 8 * HOUR).strftime(form))
def stage_mm(flow, share): return round(600 + 150 * math.sqrt(flow * share / 1000))  # our rating curve, in mm

def frame(item):
    body = item["serial"].to_bytes(2, "big") + beijing(item["observed"] + 15 * SECOND, "%y%m%d%H%M%S")
    body += b"\xF1\xF1" + bytes.fromhex(item["station"]) + bytes([item["kind"]]) + b"\xF0\xF0"
    body += beijing(item["observed"], "%y%m%d%H%M")
    if item["rain"] is not None: body += b"\x1A\x19" + bcd(item["rain"], 3)
    if item["stage"] is not None: body += b"\x39\x23" + bcd(item["stage"], 4)
    if item["flow"] is not None: body += b"\x27\x23" + bcd(item["flow"], 4)
    body += b"\x38\x12" + bcd(1240, 2)
    head = b"\x7E\x7E\x01" + bytes.fromhex(item["station"]) + b"\x12\x34" + bytes([item["function"]])
    data = head + len(body).to_bytes(2, "big") + b"\x02" + body + b"\x03"
    return data + crc(data).to_bytes(2, "big")

def readings():
    rows = list(csv.DictReader(open(HERE / "hourly-120h.csv")))
    measured = len(rows)
    for _ in range(40): rows.append(dict(rain_mm="0", flow_m3_s=str(float(rows[-1]["flow_m3_s"]) * 0.9)))  # the river falls: synthetic
    flows = [float(row["flow_m3_s"]) for row in rows]
    serial, peak = 0, flows.index(max(flows)) + 3  # as it passes the lowest station, three hours later
    for hour in range(len(rows)):
        for index, (station, kind, share, lag, wet) in enumerate(STATIONS):
            serial += 1
            observed = START + (hour + 1) * HOUR
            flow = flows[max(0, hour - lag)]
            yield dict(hour=hour, station=station, kind=kind, serial=serial, observed=observed, time=observed + (20 + 7 * index) * SECOND,
                       function=0x34, stage=stage_mm(flow, share) if share else None, flow=round(flow * share) if share else None,
                       rain=round(float(rows[hour]["rain_mm"]) * wet / 100), label="measured" if hour < measured else "synthetic")
        if peak - 3 <= hour < peak + 1:  # extra reports of the lowest station, interpolated: synthetic
            now, later = flows[hour - 3], flows[hour - 2]
            for step in range(1, 12):
                observed = START + (hour + 1) * HOUR + 5 * step * MINUTE
                yield dict(hour=hour, station="1522021001", kind=0x48, serial=61000 + hour * 12 + step, observed=observed,
                           time=observed + 12 * SECOND, function=0x33, stage=stage_mm(now + (later - now) * step / 12, 1000),
                           flow=None, rain=None, label="synthetic")

def faults(items):
    """The faults that happen, each at a fixed place."""
    stuck = None
    for item in items:
        hour, station = item["hour"], item["station"]
        if station == "1522021006" and 70 <= hour < 73: continue                      # silent for three hours
        if station == "1522021003" and 88 <= hour < 94: item["stage"] = stuck = stuck or item["stage"]  # stuck gauge
        if station == "1522021002" and hour == 30: item["stage"] = 19999              # spike beyond the hard limit
        if station == "1522021004" and hour == 34: item["stage"] += 2600              # spike that no river rises by
        if station == "1522021004" and hour == 20: item["time"] += 100 * MINUTE       # late, out of order
        yield item, ""
        if station == "1522021001" and hour == 10: yield dict(item, time=item["time"] + 30 * SECOND), "again"
        if station == "1522021001" and hour == 12:
            yield dict(item, time=item["time"] + 50 * SECOND, stage=item["stage"] + 5, serial=60000), "corrects"
        if station == "1522021002" and hour == 15: yield dict(item, time=item["time"] + 40 * SECOND, serial=60001), "broken"

# ---- what monitoring must make of them

class Track:
    def __init__(self): self.rejected, self.change = None, None; self.end()
    def end(self): self.colour, self.name, self.revision, self.released, self.waits, self.expires, self.change = 0, None, 0, 0, False, None, None

class Suite:
    def __init__(self): self.kept, self.tracks, self.out, self.deadline, self.silent, self.drafts = {}, {}, [], {}, set(), []
    def tell(self, time, kind, subject, **more): self.out.append(dict(time=stamp(time), type="monitoring." + kind, subject=subject, **more))

    def take(self, now, item):
        station = item["station"]
        self.deadline[station] = now + SILENT_AFTER
        if station in self.silent: self.silent.remove(station); self.tell(now, "station.restored", station)
        for element in ("rain", "stage"):
            if item[element] is not None: self.reading(now, station, element, item["observed"], item[element])

    def reading(self, now, station, element, at, value):
        series = self.kept.setdefault((station, element), {})  # observed -> (value, usable)
        if at in series and series[at][0] == value: return
        late = any(other > at for other in series)
        usable = self.trusted(series, element, at, value)
        series[at] = (value, usable)
        if late or not usable: return
        for r in RULES:
            if r["element"] == element and station in r["stations"]: self.evaluate(now, r, station, at, series)

    def trusted(self, series, element, at, value):
        if not HARD[element][0] <= value <= HARD[element][1]: return False
        if element == "rain": return True
        before = [(t, v) for t, (v, usable) in sorted(series.items()) if usable and t < at]
        if before:
            (t, v) = before[-1]
            if abs(value - v) * 3600 > RATE * (at - t).total_seconds(): return False
        old = [t for t in series if t <= at - STUCK_FOR]
        same = old and all(v == value for t, (v, _) in series.items() if max(old) <= t < at)
        return not (value > STUCK_ABOVE and same)

    def evaluate(self, now, r, station, at, series):
        inside = [v for t, (v, usable) in series.items() if usable and at - r["window"] < t <= at]
        closed = [v for t, (v, usable) in series.items() if usable and at - r["window"] <= t <= at]
        value = dict(level=series[at][0], rise=series[at][0] - min(closed), sum=sum(inside))[r["kind"]]
        track = self.tracks.setdefault((r["name"], station), Track())
        target = max([c for c, bound in r["bands"] if value >= bound - (r["hysteresis"] if c <= track.colour else 0)], default=0)
        if track.rejected is not None and target == track.rejected: return
        track.rejected = None
        if target == track.colour: track.change = None; return
        up = target > track.colour
        holds = track.change and (target >= track.change[0] > track.colour if up else target <= track.change[0] < track.colour)
        track.change = (target, track.change[1] if holds else at)
        if at - track.change[1] < (r["duration"] if up else r["clear"]): return
        track.change = None
        if not target: self.tell(now, "warning.cancelled", track.name); return track.end()
        if not track.name: track.name, track.expires = "W.%s.%s.%s" % (r["name"], station, at.strftime("%Y%m%d%H%M")), now + r["lifetime"]
        track.colour, track.revision, track.waits = target, track.revision + 1, True
        self.tell(now, "warning.drafted", track.name, colour=COLOURS[target], revision=track.revision)
        if target == r["automatic"]: self.release(now, r, track)
        else: self.drafts.append((r, station, track, track.name, track.revision))

    def release(self, now, r, track):
        self.tell(now, "warning.approved", track.name, revision=track.revision)
        self.tell(now, "warning.updated" if track.released else "warning.issued", track.name, colour=COLOURS[track.colour], revision=track.revision)
        track.released, track.waits, track.expires = track.colour, False, now + r["lifetime"]

    def reject(self, now, track):
        self.tell(now, "warning.rejected", track.name)
        track.rejected, track.change = track.colour, None
        if track.released: track.colour, track.waits = track.released, False
        else: track.end()

    def timers(self, until):
        due = [(at, "silence", station) for station, at in self.deadline.items() if at]
        due += [(track.expires, "expiry", track.name) for track in self.tracks.values() if track.name]
        for at, name, subject in sorted(d for d in due if d[0] <= until):
            if name == "silence": self.deadline[subject] = None; self.silent.add(subject); self.tell(at, "station.silent", subject); continue
            self.tell(at, "warning.expired", subject)
            for track in self.tracks.values():
                if track.name == subject: track.end()

# ---- what dispatch must make of the warnings: the response level

def levels(out):
    """(time, level) of each change; 0 none, 1 = IV … 4 = I. Raised at once, lowered after the lower one was fitting for an hour."""
    live, level, due, changes = {}, 0, None, []
    def demand():
        reds = sum(1 for c in live.values() if c == 4)
        top = max(live.values(), default=0)
        return 4 if reds >= 2 else 3 if reds else 2 if top == 3 else 1 if top else 0
    def lower(until):
        nonlocal level, due
        while due and due <= until:
            at, due, level = due, None, demand()
            changes.append((at, level))
    for line in out:
        kind, name = line["type"], line["subject"]
        if not name.startswith("W.stage"): continue
        time = datetime.datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
        lower(time)
        if kind.endswith(("issued", "updated")): live[name] = COLOURS.index(line["colour"])
        elif kind.endswith(("cancelled", "expired")):
            if live.pop(name, None) is None: continue
        else: continue
        wanted = demand()
        if wanted == level: due = None
        elif wanted > level: due, level = None, wanted; changes.append((time, level))
        elif due is None: due = time + HOUR
    lower(START + 300 * HOUR)
    return changes

def responses(changes):
    """The changes of each response, from its first level to none: here two."""
    end = next(i for i, (_, level) in enumerate(changes) if not level)
    return changes[:end + 1], changes[end + 1:]

# ---- the script

def main():
    suite, lines, acts, number = Suite(), [], [], 0
    def command(time, to, kind, person, role, payload):
        nonlocal number
        number += 1
        lines.append(dict(time=stamp(time), to=to, channel="command", command=dict(id="c-%04d" % number, type=kind,
            actor=dict(person=person, role=role, organisation="阿尔山市应急管理局"), payload=payload)))
    def judge(until):
        """People look at the drafts: each is approved, but the first is tried by its drafter, one is turned down, one is left to lapse."""
        for act in sorted((a for a in acts if a[0] <= until), key=lambda a: a[0]):
            acts.remove(act)
            time, (r, station, track, name, revision) = act
            suite.timers(time)
            if (track.name, track.revision, track.waits) != (name, revision, True): continue
            payload = dict(warning=name, revision=revision)
            if number == 0: command(time, "monitoring", "monitoring.command.warning.approve", "p-li", "duty-officer", payload)
            if r["name"] == "rain-1h" and station == "1522021006" and not any(l["type"].endswith("rejected") for l in suite.out):
                command(time, "monitoring", "monitoring.command.warning.reject", "p-wang", "approver", dict(payload, reason="local-shower"))
                suite.reject(time, track)
                continue
            command(time, "monitoring", "monitoring.command.warning.approve", "p-wang", "approver", payload)
            suite.release(time, r, track)
    arrivals = [(item["time"], order, item, fault) for order, (item, fault) in enumerate(faults(readings()))]
    seen = set()
    for time, _, item, fault in sorted(arrivals, key=lambda a: (a[0], a[1])):
        judge(time)
        suite.timers(time)
        data = frame(item)
        if fault == "broken": data = data[:-1] + bytes([data[-1] ^ 1])
        lines.append(dict(time=stamp(time), to="monitoring", channel="sl651", sender=item["station"], label=item["label"], data=data.hex().upper()))
        if fault == "broken" or data in seen: continue
        seen.add(data)
        suite.take(time, item)
        for count, draft in enumerate(suite.drafts):
            if draft[0]["name"] == "stage-alarm" and draft[1] == "1522021002" and draft[4] == 1 and item["hour"] < 40: continue  # lapses
            acts.append((time + 3 * MINUTE + 10 * count * SECOND, draft))
        suite.drafts = []
    end = START + 240 * HOUR
    judge(end)
    changes = levels(suite.out)
    first, second = responses(changes)
    ids = ["I.flash-flood.152202." + response[0][0].strftime("%Y%m%d%H%M") for response in (first, second)]
    rises = [next(t for t, level in second if level == rank) for rank in (1, 2, 3, 4)]
    for act in people.small(ids[0], first[0][0], first[-1][0]) + people.flood(ids[1], *rises, second[-1][0]): command(*act)
    outcome = people.expected((ids[0], first[0][0]), ids[1], rises)
    lines.sort(key=lambda line: line["time"])
    last = datetime.datetime.strptime(lines[-1]["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    suite.timers(last)
    write = lambda name, rows: (OUT / name).write_text("".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows))
    write("inputs.jsonl", lines)
    write("expected.jsonl", [line for line in suite.out])
    write("response.jsonl", [dict(r, time=stamp(r["time"])) if "time" in r else r for r in outcome])
    write("levels.jsonl", [dict(time=stamp(t), level=["none", "IV", "III", "II", "I"][l]) for t, l in changes])

if __name__ == "__main__": main()
