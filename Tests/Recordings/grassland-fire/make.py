#!/usr/bin/env python3
"""Writes inputs.jsonl, indices.jsonl and expected.jsonl. No code in common with the product.

The weather and the Canadian indices are those of Van Wagner and Pickett 1985 as cffdrs distributes them (1985 is told as 2026);
the station, the rule and the chain are made. The indices are not computed here: they are the published ones.
"""
import csv, datetime, json, pathlib, sys

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
HOUR, SECOND = datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
STATION, DIVISION = "1522021105", "152202103"
BANDS = [(1, 17.0), (2, 20.0), (3, 25.0), (4, 45.0)]
HYSTERESIS, CLEAR, LIFETIME = 1.0, 24 * HOUR, 72 * HOUR
COLOURS = ["none", "blue", "yellow", "orange", "red"]
WINDY = 7.0  # m/s

def stamp(t): return t.strftime("%Y-%m-%dT%H:%M:%SZ")
def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8): value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value
def bcd(number, size): return bytes.fromhex(str(number).zfill(size * 2))

def frame(serial, observed, temperature, humidity, wind, rain):
    """An hourly report; wind in m/s with six decimals, so that km/h come back exactly enough."""
    local = observed + 8 * HOUR
    body = serial.to_bytes(2, "big") + bytes.fromhex((local + 15 * SECOND).strftime("%y%m%d%H%M%S"))
    body += b"\xF1\xF1" + bytes.fromhex(STATION) + b"\x4D" + b"\xF0\xF0" + bytes.fromhex(local.strftime("%y%m%d%H%M"))
    body += b"\x02\x19" + bcd(round(temperature * 10), 3)
    if humidity is not None: body += b"\x18\x19" + bcd(round(humidity * 10), 3)
    body += b"\x35\x26" + bcd(round(wind / 3.6 * 1_000_000), 4) + b"\x1F\x19" + bcd(round(rain * 10), 3)
    head = b"\x7E\x7E\x01" + bytes.fromhex(STATION) + b"\x12\x34\x34"
    data = head + len(body).to_bytes(2, "big") + b"\x02" + body + b"\x03"
    return data + crc(data).to_bytes(2, "big")

def colour(value, current):
    """Bands up to the current one are kept down to threshold less hysteresis."""
    return max([c for c, at in BANDS if value >= at - (HYSTERESIS if c <= current else 0)], default=0)

class Season:
    def __init__(self):
        self.out, self.live, self.change, self.expires = [], 0, None, None
        self.name, self.revision, self.released, self.root, self.windy, self.chain_revision = None, 0, 0, None, False, 0
        self.steps = None

    def tell(self, time, kind, subject, **more):
        self.out.append(dict(time=stamp(time), type="monitoring." + kind, subject=subject, **more))

    def lapse(self, until):
        if self.expires and self.expires <= until:
            at, self.live, self.change, self.expires = self.expires, 0, None, None
            self.tell(at, "warning.expired", self.name)
            self.end_chain(at)

    # -- the rule of monitoring.yaml on the published index
    def index(self, now, noon, value):
        target = colour(value, self.live)
        if target == self.live: self.change = None; return
        up = target > self.live
        if self.change:
            same = (self.change[0] > self.live and target >= self.change[0]) if up else (self.change[0] < self.live and target <= self.change[0])
        since = self.change[1] if self.change and same else noon
        self.change = (target, since)
        if noon - since < (0 * HOUR if up else CLEAR): return
        self.change = None
        if target == 0:
            self.tell(now, "warning.cancelled", self.name)
            self.live, self.expires = 0, None
            return self.end_chain(now)
        if self.live == 0:
            self.name, self.revision, self.released = "W.fire-weather.%s.%s" % (STATION, noon.strftime("%Y%m%d%H%M")), 0, 0
        self.live, self.revision = target, self.revision + 1
        self.tell(now, "warning.drafted", self.name, colour=COLOURS[target], revision=self.revision)
        self.tell(now, "warning.approved", self.name, revision=self.revision)
        self.tell(now, "warning.updated" if self.released else "warning.issued", self.name, colour=COLOURS[target], revision=self.revision)
        self.released, self.expires = target, now + LIFETIME
        if not self.root: self.root, self.windy, self.since, self.chain_revision, self.steps = self.name, False, now, 0, None
        self.say_chain(now)

    # -- the chain of monitoring.yaml: 40 % to a grass fire within a day once orange, 70 % of that to the settlement once windy
    def wind(self, now, metres):
        if self.root and metres >= WINDY and not self.windy: self.windy = True; self.say_chain(now)

    def say_chain(self, now, ended=False):
        fire = "expected" if self.live >= 3 or (ended and self.last_fire == "expected") else "possible"
        if not ended: self.last_fire = fire
        settlement = "expected" if fire == "expected" and self.windy else "possible"
        steps = [["fire-weather", "observed", stamp(self.since), stamp(self.since), 100],
                 ["grass-fire", fire, stamp(self.since), stamp(self.since + 24 * HOUR), 40],
                 ["settlement", settlement, stamp(self.since + HOUR), stamp(self.since + 30 * HOUR), 28]]
        self.chain_revision += 1
        self.tell(now, "chain.updated", "C.dry-wind." + self.root, revision=self.chain_revision, steps=steps, ended=ended)

    def end_chain(self, now):
        if self.root: self.say_chain(now, ended=True); self.root = None

def main():
    weather = list(csv.DictReader(open(HERE / "input-48-days.csv"), delimiter=";"))
    found = list(csv.DictReader(open(HERE / "expected-48-days.csv")))
    inputs, indices, season = [], [], Season()
    for number, (day, index) in enumerate(zip(weather, found)):
        noon = datetime.datetime(2026, int(day["mon"]), int(day["day"]), 4, tzinfo=datetime.timezone.utc)  # 12:00 in Beijing
        came, made = noon + 20 * SECOND, noon + HOUR
        season.lapse(came)
        wind = float(day["ws"])
        data = frame(number + 1, noon, float(day["temp"]), float(day["rh"]), wind, float(day["prec"]))
        inputs.append(dict(time=stamp(came), to="monitoring", channel="sl651", sender=STATION, label="measured", data=data.hex().upper()))
        season.wind(came, round(wind / 3.6, 6))
        season.lapse(made)
        season.index(made, noon, float(index["FWI"]))
        names = dict(ffmc="FFMC", dmc="DMC", dc="DC", isi="ISI", bui="BUI", fwi="FWI", dsr="DSR")
        indices.append(dict(base=stamp(noon), made=stamp(made), **{word: float(index[name]) for word, name in names.items()}))

    # Two days later a frame without its humidity: the day before has none either. Both days are withheld, told once.
    end = noon + 48 * HOUR
    data = frame(900, end, 20.0, None, 10.8, 0.0)
    inputs.append(dict(time=stamp(end + 20 * SECOND), to="monitoring", channel="sl651", sender=STATION, label="synthetic", data=data.hex().upper()))
    silent = noon + 20 * SECOND + 36 * HOUR
    tail = []
    tail.append((noon + 25 * HOUR, "forecast.withheld", "fwi-mingshuihe", dict(reason="missing-input")))
    tail.append((silent, "station.silent", STATION, {}))
    tail.append((end + 20 * SECOND, "station.restored", STATION, {}))
    # A frame five days ahead of its time: told, and nothing follows. Its clock is wrong, the station is not silent.
    data = frame(901, end + 120 * HOUR, 20.0, 30.0, 72.0, 0.0)
    inputs.append(dict(time=stamp(end + 2 * HOUR), to="monitoring", channel="sl651", sender=STATION, label="synthetic", data=data.hex().upper()))
    for at, kind, subject, more in tail:
        season.lapse(at)
        season.tell(at, kind, subject, **more)
    season.lapse(end + 2 * HOUR)
    write("inputs.jsonl", inputs); write("indices.jsonl", indices); write("expected.jsonl", season.out)

def write(name, rows):
    (OUT / name).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))

if __name__ == "__main__": main()
