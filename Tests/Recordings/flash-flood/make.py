#!/usr/bin/env python3
"""Writes inputs.jsonl and expected.jsonl. Independent of the product: another language, another author's algorithm.

The hourly rain and flow are measured (hourly-120h.csv); stations, travel times, rating curve, faults and people's acts are made.
"""
import csv, datetime, json, math, pathlib, sys

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
START = datetime.datetime(2026, 9, 30, 16, tzinfo=datetime.timezone.utc)  # 1 October, 00:00 in Beijing
HOUR = datetime.timedelta(hours=1)
BANDS = [("blue", 2000), ("yellow", 3000), ("orange", 4000), ("red", 5000)]  # thresholds in mm, as in monitoring.yaml
HYSTERESIS, CLEAR_AFTER, LIFETIME, SILENT_AFTER = 200, 2 * HOUR, 24 * HOUR, 2.5 * HOUR
# address, class, share of the flow in per mille, lag in hours; rain gauges have no flow
STATIONS = [("1522021001", 0x48, 1000, 3), ("1522021002", 0x48, 500, 0), ("1522021003", 0x48, 700, 1),
            ("1522021004", 0x48, 850, 2), ("1522021005", 0x50, 0, 0), ("1522021006", 0x50, 0, 0)]

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

def frame(station, kind, serial, observed, sent, stage=None, rain=None, flow=None):
    body = serial.to_bytes(2, "big") + beijing(sent, "%y%m%d%H%M%S")
    body += b"\xF1\xF1" + bytes.fromhex(station) + bytes([kind]) + b"\xF0\xF0" + beijing(observed, "%y%m%d%H%M")
    if rain is not None: body += b"\x1A\x19" + bcd(rain, 3)
    if stage is not None: body += b"\x39\x23" + bcd(stage, 4)
    if flow is not None: body += b"\x27\x23" + bcd(flow, 4)
    body += b"\x38\x12" + bcd(1240, 2)
    head = b"\x7E\x7E\x01" + bytes.fromhex(station) + b"\x12\x34\x34" + len(body).to_bytes(2, "big") + b"\x02"
    data = head + body + b"\x03"
    return data + crc(data).to_bytes(2, "big")

def readings():
    rows = list(csv.DictReader(open(HERE / "hourly-120h.csv")))
    serial = 0
    for hour in range(len(rows)):
        for index, (station, kind, share, lag) in enumerate(STATIONS):
            serial += 1
            observed = START + (hour + 1) * HOUR
            sent = observed + datetime.timedelta(seconds=20 + 7 * index)
            flow = float(rows[max(0, hour - lag)]["flow_m3_s"])
            yield dict(hour=hour, station=station, kind=kind, serial=serial, observed=observed, time=sent,
                       stage=stage_mm(flow, share) if share else None, flow=round(flow * share) if share else None,
                       rain=round(float(rows[hour]["rain_mm"]) * 10))

def faults(items):
    """The faults that happen, each at a fixed place."""
    for item in items:
        hour, station = item["hour"], item["station"]
        if station == "1522021006" and 70 <= hour < 73: continue                      # silent for three hours
        if station == "1522021003" and 90 <= hour < 96: item["stage"] = 3333         # stuck gauge
        if station == "1522021002" and hour == 30: item["stage"] = 19999             # spike beyond the hard limit
        if station == "1522021004" and hour == 20: item["time"] += 100 * datetime.timedelta(minutes=1)  # late, out of order
        yield item, ""
        if station == "1522021001" and hour == 10: yield dict(item, time=item["time"] + datetime.timedelta(seconds=30)), "again"
        if station == "1522021001" and hour == 12:
            yield dict(item, time=item["time"] + datetime.timedelta(seconds=50), stage=item["stage"] + 5, serial=60000), "corrects"
        if station == "1522021002" and hour == 15: yield dict(item, time=item["time"] + datetime.timedelta(seconds=40), serial=60001), "broken"

class Suite:
    """The rules, evaluated by hand-written steps: colours as positions 0 (none) to 4 (red)."""
    def __init__(self): self.tracks, self.out, self.newest, self.deadline = {}, [], {}, {}
    def tell(self, time, kind, subject, **more): self.out.append(dict(time=stamp(time), type="monitoring." + kind, subject=subject, **more))
    def rank(self, value, current):
        return max([i + 1 for i, (_, at) in enumerate(BANDS) if value >= at - (HYSTERESIS if i + 1 <= current else 0)], default=0)
    def report(self, now, station, observed, stage):
        self.deadline[station] = now + SILENT_AFTER
        if station in self.silent(): self.tracks[station + "/silent"] = False; self.tell(now, "station.restored", station)
        if stage is None or stage > 12000 or observed < self.newest.get(station, START): return
        self.newest[station] = observed
        track = self.tracks.setdefault(station, dict(rank=0, id=None, revision=0, released=0, since=None, waits=False, expires=None))
        rank = self.rank(stage, track["rank"])
        if rank > track["rank"]: self.draft(now, station, observed, track, rank)
        elif rank < track["rank"]:
            if track["since"] is None or rank > track["since"][1]: track["since"] = (observed, rank)
            if observed - track["since"][0] >= CLEAR_AFTER:
                if rank: self.draft(now, station, observed, track, rank)
                else:
                    self.tell(now, "warning.cancelled", track["id"])
                    track.update(rank=0, id=None, revision=0, released=0, since=None, waits=False, expires=None)
        else: track["since"] = None
    def silent(self): return {key.split("/")[0] for key, value in self.tracks.items() if key.endswith("/silent") and value}
    def draft(self, now, station, observed, track, rank):
        if not track["id"]: track["id"] = "W.stage-alarm.%s.%s" % (station, observed.strftime("%Y%m%d%H%M"))
        track.update(rank=rank, revision=track["revision"] + 1, since=None, waits=True, expires=now + LIFETIME)
        self.tell(now, "warning.drafted", track["id"], colour=BANDS[rank - 1][0], revision=track["revision"])
        if rank == 4: self.release(now, track)
    def release(self, now, track):
        self.tell(now, "warning.approved", track["id"], revision=track["revision"])
        kind = "warning.updated" if track["released"] else "warning.issued"
        self.tell(now, kind, track["id"], colour=BANDS[track["rank"] - 1][0], revision=track["revision"])
        track.update(released=track["rank"], waits=False, expires=now + LIFETIME)
    def timers(self, until):
        due = [(at, "silence", station) for station, at in self.deadline.items() if at]
        due += [(t["expires"], "expiry", t["id"]) for t in self.tracks.values() if isinstance(t, dict) and t["id"]]
        for at, name, subject in sorted(item for item in due if item[0] <= until):
            if name == "silence":
                self.deadline[subject] = None; self.tracks[subject + "/silent"] = True; self.tell(at, "station.silent", subject)
            else:
                self.tell(at, "warning.expired", subject)
                for t in self.tracks.values():
                    if isinstance(t, dict) and t["id"] == subject: t.update(rank=0, id=None, revision=0, released=0, since=None, waits=False, expires=None)

def main():
    suite, lines, acts, number = Suite(), [], [], 0
    arrivals = [(item["time"], order, item, fault) for order, (item, fault) in enumerate(faults(readings()))]
    def command(time, to, kind, person, role, payload):
        nonlocal number
        number += 1
        lines.append(dict(time=stamp(time), to=to, channel="command", command=dict(id="c-%04d" % number, type=kind,
            actor=dict(person=person, role=role, organisation="阿尔山市应急管理局"), payload=payload)))
    def play_acts(until):
        for time, station, revision in sorted(a for a in acts if a[0] <= until):
            acts.remove((time, station, revision)); suite.timers(time)
            track = suite.tracks[station]
            if track["id"] and track["waits"] and track["revision"] == revision:
                if number == 0:  # the drafter tries once, and is refused
                    command(time, "monitoring", "monitoring.command.warning.approve", "p-li", "duty-officer", dict(warning=track["id"], revision=revision))
                command(time, "monitoring", "monitoring.command.warning.approve", "p-wang", "approver", dict(warning=track["id"], revision=revision))
                suite.release(time, track)
    seen = set()
    for time, _, item, fault in sorted(arrivals, key=lambda a: (a[0], a[1])):
        play_acts(time); suite.timers(time)
        sent = item["observed"] + datetime.timedelta(seconds=15)
        data = frame(item["station"], item["kind"], item["serial"], item["observed"], sent, item["stage"], item["rain"], item["flow"])
        if fault == "broken": data = data[:-1] + bytes([data[-1] ^ 1])
        lines.append(dict(time=stamp(time), to="monitoring", channel="sl651", sender=item["station"], data=data.hex().upper()))
        if fault == "broken" or data in seen: continue
        seen.add(data)
        suite.report(time, item["station"], item["observed"], item["stage"])
        track = suite.tracks.get(item["station"])
        if track and track["waits"] and not any(a[1:] == (item["station"], track["revision"]) for a in acts):
            # One draft on the lowest station is left alone, and lapses.
            if not (item["station"] == "1522021002" and track["rank"] == 1 and track["revision"] == 1 and item["hour"] < 40):
                acts.append((time + datetime.timedelta(minutes=3), item["station"], track["revision"]))
    play_acts(START + 200 * HOUR)
    (OUT / "inputs.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines))
    (OUT / "expected.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in suite.out))

main()
