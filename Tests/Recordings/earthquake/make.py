#!/usr/bin/env python3
"""Writes inputs.jsonl, intensities.jsonl and expected.jsonl. No code in common with the product.

The earthquakes are those that the USGS reported in the first week of February 2018; the places, the rule and who entered them are
made. Intensities are I = 6.046 + 1.480 M - 2.081 ln(R + 25) with R by the haversine formula on 6371.0088 km.
"""
import csv, datetime, decimal, json, math, pathlib, sys

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
UTC, HOUR = datetime.timezone.utc, datetime.timedelta(hours=1)
PLACES = [("place-coast", 23.98, 121.60), ("place-valley", 23.49, 121.39), ("place-city", 25.04, 121.56)]
BANDS = [(1, 40), (2, 50), (3, 60), (4, 70)]  # tenths of a degree
COLOURS = ["none", "blue", "yellow", "orange", "red"]
HYSTERESIS, CLEAR, LIFETIME = 5, 24 * HOUR, 24 * HOUR

def stamp(t): return t.strftime("%Y-%m-%dT%H:%M:%S") + (".%06d" % t.microsecond).rstrip("0").rstrip(".") + "Z"
def half_up(x, places=0): return int((decimal.Decimal(x) * 10 ** places).quantize(0, decimal.ROUND_HALF_UP))

def kilometres(a, b, c, d):
    p, q = math.radians(a), math.radians(c)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(d - b) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(math.sqrt(h), 1))

class Track:
    def __init__(self): self.colour, self.change, self.revision, self.released, self.name, self.expires = 0, None, 0, 0, None, None

class Watch:
    def __init__(self): self.out, self.tracks, self.newest = [], {}, {}
    def tell(self, time, kind, subject, **more): self.out.append(dict(time=stamp(time), type="monitoring." + kind, subject=subject, **more))

    def lapse(self, until):
        due = [(t.expires, t.name, t) for t in self.tracks.values() if t.expires and t.expires <= until]
        for at, name, track in sorted(due, key=lambda d: d[:2]):
            self.tell(at, "warning.expired", name)
            track.colour, track.change, track.expires = 0, None, None

    def read(self, now, place, at, value):
        if at <= self.newest.get(place, at - HOUR): return  # late: evaluates nothing
        self.newest[place] = at
        t = self.tracks.setdefault(place, Track())
        target = max([c for c, bound in BANDS if value >= bound - (HYSTERESIS if c <= t.colour else 0)], default=0)
        if target == t.colour: t.change = None; return
        up = target > t.colour
        same = t.change and (target >= t.change[0] > t.colour if up else target <= t.change[0] < t.colour)
        t.change = (target, t.change[1] if same else at)
        if at - t.change[1] < (0 * HOUR if up else CLEAR): return
        t.change = None
        if not target:
            self.tell(now, "warning.cancelled", t.name); t.colour, t.expires = 0, None; return
        if not t.colour: t.name, t.revision, t.released = "W.shaking.%s.%s" % (place, at.strftime("%Y%m%d%H%M")), 0, 0
        t.colour, t.revision = target, t.revision + 1
        self.tell(now, "warning.drafted", t.name, colour=COLOURS[target], revision=t.revision)
        self.tell(now, "warning.approved", t.name, revision=t.revision)
        self.tell(now, "warning.updated" if t.released else "warning.issued", t.name, colour=COLOURS[target], revision=t.revision)
        t.released, t.expires = target, now + LIFETIME

def command(time, event, magnitude, latitude, longitude, depth, origin, person="p-li"):
    payload = dict(event=event, magnitudeHundredths=magnitude, depthMetres=depth, timeUs=str(origin), source="USGS",
                   epicentre=dict(latitudeMicrodegrees=latitude, longitudeMicrodegrees=longitude, datum="DATUM_WGS84"))
    return dict(time=stamp(time), to="monitoring", channel="command", label="measured", command=dict(
        id="eq-" + event + "-" + person, type="monitoring.command.earthquake.report", actor=dict(person=person, role="duty-officer"), payload=payload))

def main():
    rows = [r for r in csv.DictReader(open(HERE / "usgs-week-2018-02.csv")) if float(r["magnitude"]) >= 4.5]
    rows.sort(key=lambda r: int(r["time_ms_utc"]))
    inputs, intensities, watch, reasons = [], [], Watch(), {}
    for row in rows:
        milliseconds = int(row["time_ms_utc"])
        origin = datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(milliseconds=milliseconds)
        came = origin.replace(microsecond=0) + 4 * datetime.timedelta(minutes=1)  # entered four minutes after
        magnitude, depth = half_up(row["magnitude"], 2), half_up(row["depth_km"], 3)
        latitude, longitude = half_up(row["latitude"], 6), half_up(row["longitude"], 6)
        inputs.append(command(came, row["id"], magnitude, latitude, longitude, depth, milliseconds * 1000))
        watch.lapse(came)
        watch.tell(came, "earthquake.entered", row["id"])
        for place, north, east in PLACES:
            far = kilometres(latitude / 1e6, longitude / 1e6, north, east)
            name = "intensity/" + place
            if not 450 <= magnitude <= 850 or depth > 60_000 or round(far * 1000) > 300_000:
                if reasons.get(name) != "out-of-range": watch.tell(came, "forecast.withheld", name, reason="out-of-range")
                reasons[name] = "out-of-range"
                continue
            reasons[name] = ""
            value = 6.046 + 1.480 * magnitude / 100 - 2.081 * math.log(round(far * 1000) / 1000 + 25)
            tenths = half_up(round(value * 1_000_000) / 1_000_000, 1)
            intensities.append(dict(event=row["id"], place=place, base=stamp(origin), intensity=tenths / 10, metres=round(far * 1000)))
            watch.read(came, place, origin, tenths)
    write("inputs.jsonl", inputs); write("intensities.jsonl", intensities); write("expected.jsonl", watch.out)

def write(name, rows):
    (OUT / name).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))

if __name__ == "__main__": main()
