"""A recording of any length, written as it is made: a thousand stations that report rain, stage and voltage every five minutes."""
import datetime, sys
from processes import ROOT
sys.path.insert(0, str(ROOT / "Tests/Recordings/flash-flood"))
import make  # the recording's own SL 651 frames

BEGIN = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)
EACH = 3  # readings of one frame

def crc_table():
    table = []
    for value in range(256):
        for _ in range(8): value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
        table.append(value)
    return table

CRC = crc_table()

def item(n, i, station):
    """Calm water, so that no warning stands in the way."""
    return dict(serial=n % 65_536, observed=BEGIN + n * 5 * make.MINUTE, station=station, kind=0x48, function=0x34,
                rain=n % 3, stage=1_000 + (n + i) % 40, flow=None)

def frame(parts, serial, sent, observed, rain, stage):
    """What `make.frame` writes, in a twentieth of its time: the head's check sum is worked out once."""
    head, value, station = parts
    body = (b"%c%c" % (serial >> 8, serial & 255)) + sent + station + observed + rain + stage + b"\x38\x12\x12\x40\x03"
    for byte in body: value = (value >> 8) ^ CRC[(value ^ byte) & 255]
    return head + body + value.to_bytes(2, "big")

class Reports:
    """Reports of stations, each five minutes after the station's last."""
    def __init__(self):
        self.counts, self.times, self.template = {}, {}, make.frame(item(0, 0, "1522021001"))

    def parts(self, station):
        """What `frame` takes of that station."""
        address = bytes.fromhex(station)
        head, value = self.template[:3] + address + self.template[8:14], 0xFFFF
        for byte in head: value = (value >> 8) ^ CRC[(value ^ byte) & 255]
        return head, value, self.template[22:24] + address + self.template[29:32]

    def next(self, station):
        n = self.counts[station] = self.counts.get(station, -1) + 1
        if n not in self.times:
            at = BEGIN + n * 5 * make.MINUTE
            self.times[n] = make.beijing(at + 15 * make.SECOND, "%y%m%d%H%M%S"), make.beijing(at, "%y%m%d%H%M")
        return frame(self.parts(station), n, *self.times[n], b"\x1A\x19" + make.bcd(n % 3, 3), b"\x39\x23" + make.bcd(1_000 + n % 40, 4))

    def queues(self, stations, connections):
        """A report of each of the stations, in that order, dealt out to so many connections."""
        dealt = [[] for _ in range(connections)]
        for n, station in enumerate(stations): dealt[n % connections].append(self.next(station))
        return dealt

def write(path, stations, count):
    """Writes a recording of `count` readings, rounded up to whole instants; gives how many frames and readings it has."""
    parts = []
    for station in stations:
        whole = make.frame(item(0, 0, station))
        head, value = whole[:14], 0xFFFF
        for byte in head: value = (value >> 8) ^ CRC[(value ^ byte) & 255]
        parts.append((head, value, whole[22:32]))
    stages = [b"\x39\x23" + make.bcd(1_000 + value, 4) for value in range(40)]
    instants = -(-count // (EACH * len(stations)))
    with open(path, "w") as out:
        for n in range(instants):
            at = BEGIN + n * 5 * make.MINUTE
            times = make.beijing(at + 15 * make.SECOND, "%y%m%d%H%M%S"), make.beijing(at, "%y%m%d%H%M")
            rain, time = b"\x1A\x19" + make.bcd(n % 3, 3), make.stamp(at + 20 * make.SECOND)
            for i, station in enumerate(stations):
                data = frame(parts[i], n % 65_536, times[0], times[1], rain, stages[(n + i) % 40])
                if n < 2 and i < 50 and data != make.frame(item(n, i, station)): sys.exit("not the frame that make.py writes")
                out.write('{"time":"%s","to":"monitoring","channel":"sl651","sender":"%s","data":"%s"}\n' % (time, station, data.hex()))
    return instants * len(stations), instants * len(stations) * EACH
