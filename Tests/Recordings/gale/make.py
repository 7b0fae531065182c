#!/usr/bin/env python3
"""Writes inputs.jsonl and expected.jsonl: a gale, by the minute. No code in common with the product.

Everything is made. A duty officer drafts a warning by hand before any gauge says so; a rule's draft is raised by hand, holds while the wind drops,
and is led by the rule again once that came to the colour; both stop classes and work by the plan, and are brought to people.

Ids are those that the suite gives: the first 16 bytes of a SHA-256 over a label and parts, each after its length in eight bytes. The keys of texts
hold in the realm `exercise:test` alone.
"""
import datetime, hashlib, json, pathlib, sys

HERE = pathlib.Path(__file__).parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
REALM = "exercise:test"
BEGIN = datetime.datetime(2026, 11, 20, 0, 0, 5, tzinfo=datetime.timezone.utc)  # 08:00:05 in Beijing
COLOURS = ["none", "blue", "yellow", "orange", "red"]
YIRSHI, TIANCHI = "152202004", "152202100"
PLACES = {"yirshi": (YIRSHI, 100), "tianchi": (TIANCHI, 50)}
CHANNELS = {"sms": {"yirshi": 80, "tianchi": 40}, "siren": {"yirshi": 90}}
REACH_MINUTES = {1: 360, 2: 180, 3: 60, 4: 30}
STOPS = {3: "orange classes,gatherings", 4: "red classes,work,gatherings"}

def at(minute): return BEGIN + datetime.timedelta(minutes=minute)
def stamp(minute): return at(minute).strftime("%Y-%m-%dT%H:%M:%SZ")
def identity(*parts): return hashlib.sha256(b"".join(len(p).to_bytes(8, "big") + p for p in parts)).digest()[:16]
def cause(command): return identity(b"command", command.encode())
def text_key(cause, ordinal): return identity(b"effect", b"monitoring", REALM.encode(), cause, str(ordinal).encode())

class Scene:
    """Inputs as they come, and by stream what must come of them; what time alone brings stands among it in its order."""
    def __init__(self): self.inputs, self.out, self.due, self.commands = [], {"monitoring": [], "monitoring.reach": []}, [], 0

    def tell(self, minute, stream, kind, subject, what=""):
        self.out[stream].append(dict(time=stamp(minute), stream=stream, type="monitoring." + kind, subject=subject, what=what))

    def pass_to(self, minute):
        while True:
            ready = sorted((d for d in self.due if d[0] <= minute), key=lambda d: d[0])
            if not ready: return
            assert len(ready) == 1 or ready[1][0] > ready[0][0], "two at once: the order would be a guess"
            self.due.remove(ready[0])
            ready[0][1](ready[0][0])

    def put(self, minute, **line):
        self.pass_to(minute)
        self.inputs.append(dict(time=stamp(minute), to="monitoring", **line))

    def command(self, minute, act, person, **payload):
        self.commands += 1
        name = "g-%04d" % self.commands
        self.put(minute, channel="command", command=dict(id=name, type="monitoring.command.warning." + act, actor=dict(person=person, role="officer"), payload=payload))
        return cause(name)

    def reading(self, minute, tenths):
        body = dict(batch=str(minute), observations=[dict(station="mast", element="wind_speed", value="%d.%d" % divmod(tenths, 10), unit="m/s", observed=stamp(minute))])
        data = json.dumps(body, separators=(",", ":")).encode()
        self.put(minute, channel="observations", sender="masts", label="synthetic", data=data.hex())

    def result(self, minute, key, done=True, reason=""):
        """What the gateway's end of a text is as an input: EffectResult of control.proto."""
        def field(number, value):
            if isinstance(value, int): return varint(number << 3) + varint(value)
            return varint(number << 3 | 2) + varint(len(value)) + value
        micros = int(at(minute).timestamp()) * 1_000_000
        data = field(1, key) + field(2, b"reach") + field(3, 1 if done else 2) + (field(4, reason.encode()) if reason else b"") + field(7, 1) + field(8, micros)
        self.put(minute, channel="effect", sender="reach", data=data.hex())

    def receipts(self, minute, channel, batch, items):
        lines = [dict(message=key.hex(), place=place, at=stamp(minute), **said) for key, place, said in items]
        data = json.dumps(dict(batch=batch, receipts=lines), separators=(",", ":")).encode()
        self.put(minute, channel="receipts", sender=channel, label="synthetic", data=data.hex())

def varint(number):
    out = b""
    while number > 127: out += bytes([number & 127 | 128]); number >>= 7
    return out + bytes([number])

class Text:
    """One document on its way to people."""
    def __init__(self, scene, minute, warning, divisions, colour, cause, told):
        self.scene, self.warning, self.is_open, self.is_end = scene, warning, True, not colour
        self.places = [p for p, (division, _) in PLACES.items() if division in divisions]
        self.crowds, self.persons, self.keys, self.answers = {}, {}, {}, {}
        for channel in told:
            for division in sorted({PLACES[p][0] for p in self.places if p in CHANNELS[channel]}):
                self.keys[channel, division] = text_key(cause, len(self.keys))
        time = REACH_MINUTES[colour] if colour else 360
        if colour: scene.due.append((minute + time // 2, self.check))
        scene.due.append((minute + time, self.late))

    def reached(self, place):
        crowd = max([n for (c, p), n in self.crowds.items() if p == place], default=0)
        return max(crowd, len(set().union(*[s for (c, p), s in self.persons.items() if p == place])))

    def coverage(self, minute, stage):
        people, reached = sum(PLACES[p][1] for p in self.places), sum(self.reached(p) for p in self.places)
        met = reached * 100 >= 90 * people
        self.scene.tell(minute, "monitoring.reach", "reach.coverage", self.warning, "%s %d/%d %s" % (stage, reached, people, "yes" if met else "no"))
        return met

    def check(self, minute):
        if self.is_open and not self.coverage(minute, "checked"):
            people, reached = sum(PLACES[p][1] for p in self.places), sum(self.reached(p) for p in self.places)
            self.scene.tell(minute, "monitoring.reach", "reach.short", self.warning, "%d/%d" % (reached, people))

    def late(self, minute):
        if not self.is_open: return
        if self.is_end: self.close(minute)
        else: self.coverage(minute, "deadline")

    def close(self, minute): self.coverage(minute, "final"); self.is_open = False

    def taken(self, minute, channel, division):
        self.scene.result(minute, self.keys[channel, division])
        self.scene.tell(minute, "monitoring.reach", "reach.sent", self.warning, channel + " " + division)

    def refused(self, minute, channel, division, reason):
        self.scene.result(minute, self.keys[channel, division], False, reason)
        self.scene.tell(minute, "monitoring.reach", "reach.failed", self.warning, "%s %s" % (channel, reason))

    def delivered(self, minute, channel, place):
        own = max(self.crowds.get((channel, place), 0), len(self.persons.get((channel, place), set())))
        self.scene.tell(minute, "monitoring.reach", "reach.delivered", self.warning, "%s %s %d %d" % (channel, place, own, self.reached(place)))

class Warning:
    def __init__(self, scene, name, divisions): self.scene, self.name, self.divisions, self.colour, self.stops, self.text, self.told = scene, name, divisions, 0, 0, None, []

    def tell(self, minute, kind, what=""): self.scene.tell(minute, "monitoring", "warning." + kind, self.name, what)

    def drafted(self, minute, colour): self.tell(minute, "drafted", COLOURS[colour])

    def approved(self, minute, colour, cause):
        self.tell(minute, "approved")
        if self.text: self.text.close(minute)
        self.tell(minute, "updated" if self.colour else "issued", COLOURS[colour])
        self.colour, self.told = colour, list(CHANNELS)
        self.text = Text(self.scene, minute, self.name, self.divisions, colour, cause, self.told)
        self.stop(minute, colour if colour in STOPS else 0, "level-fell")

    def stop(self, minute, level, reason):
        name = "S.gale-stops." + self.name
        if level == self.stops: return
        if not level: self.scene.tell(minute, "monitoring", "suspension.lifted", name, reason)
        else: self.scene.tell(minute, "monitoring", "suspension." + ("updated" if self.stops else "advised"), name, STOPS[level])
        self.stops = level

    def ended(self, minute, reason, cause):
        self.text.close(minute)
        self.tell(minute, "cancelled", reason)
        self.text = Text(self.scene, minute, self.name, self.divisions, 0, cause, self.told)
        self.stop(minute, 0, "warning-cancelled")

def main():
    scene = Scene()
    def approve(minute, warning, revision, person="p-wang"): return scene.command(minute, "approve", person, warning=warning.name, revision=revision)
    def edit(minute, warning, revision, colour, person, reason):
        scene.command(minute, "edit", person, warning=warning.name, revision=revision, colour="WARNING_COLOUR_" + COLOURS[colour].upper(), reason=reason)
        warning.drafted(minute, colour)

    scene.reading(-10, 60)
    # By hand, before the wind: for both towns, yellow.
    words = dict(descriptionZh="预计今日有8级以上阵风。", descriptionEn="Gusts of force 8 and more are expected today.")
    drafted = scene.command(0, "draft", "p-li", hazard="HAZARD_GALE", colour="WARNING_COLOUR_YELLOW", divisions=[YIRSHI, TIANCHI], lifetimeSeconds="21600", reason="forecast of the weather service", words=words)
    hand = Warning(scene, "H.gale.%s.%s" % (at(0).strftime("%Y%m%d%H%M"), drafted.hex()[:8]), [YIRSHI, TIANCHI])
    hand.drafted(0, 2)
    approve(3, hand, 1, "p-li")  # refused: who drafted it does not approve it
    hand.approved(5, 2, approve(5, hand, 1))
    first = hand.text
    for minute, channel, division in ((6, "sms", YIRSHI), (7, "sms", TIANCHI), (8, "siren", YIRSHI)): first.taken(minute, channel, division)

    def people(minute, text, channel, batch, items):
        """Receipts of persons; each counts once."""
        lines, news = [], []
        for place, names in items:
            lines.append((text.keys[channel, PLACES[place][0]], place, dict(status="delivered", subscribers=[hashlib.sha256(n.encode()).hexdigest() for n in names])))
            known = text.persons.setdefault((channel, place), set())
            if not known >= set(names): news.append(place)
            known.update(names)
        scene.receipts(minute, channel, batch, lines)
        for place in news: text.delivered(minute, channel, place)

    def crowd(minute, text, channel, batch, place, count):
        scene.receipts(minute, channel, batch, [(text.keys[channel, PLACES[place][0]], place, dict(status="delivered", people=count))])
        if count > text.crowds.get((channel, place), 0):
            text.crowds[channel, place] = count
            text.delivered(minute, channel, place)

    people(9, first, "sms", "1", [("yirshi", ["a", "b", "c"]), ("tianchi", ["x", "y"])])
    crowd(10, first, "siren", "1", "yirshi", 60)
    people(11, first, "sms", "2", [("yirshi", ["b", "d"])])
    people(12, first, "sms", "3", [("yirshi", ["a"])])  # nobody new
    crowd(13, first, "siren", "2", "yirshi", 40)        # fewer than were known

    # The rule's draft is raised by hand, and holds although the wind drops.
    scene.reading(30, 180)
    rule = Warning(scene, "W.gale.mast." + at(30).strftime("%Y%m%d%H%M"), [YIRSHI])
    rule.drafted(30, 2)
    edit(33, rule, 1, 3, "p-zhao", "a front with gusts of force 10 is an hour away")
    approve(34, rule, 2, "p-zhao")  # refused: who changed it last does not approve it
    rule.approved(36, 3, approve(36, rule, 2))
    rule.text.taken(37, "sms", YIRSHI)
    rule.text.refused(38, "siren", YIRSHI, "refused-403")
    people(39, rule.text, "sms", "4", [("yirshi", ["a", "b"])])
    scene.reading(40, 120)
    scene.reading(71, 120)   # blue by the rule for half an hour: the raise holds
    scene.reading(100, 250)  # the rule comes to orange, and leads from here on

    # The one by hand is raised to red.
    edit(110, hand, 1, 4, "p-wang", "roofs are torn off in Tianchi")
    hand.approved(113, 4, approve(113, hand, 2, "p-zhao"))
    second = hand.text
    second.taken(114, "siren", YIRSHI)
    key = second.keys["siren", YIRSHI]
    scene.receipts(116, "siren", "3", [(key, "yirshi", dict(status="failed", reason="no-power"))])
    scene.tell(116, "monitoring.reach", "reach.failed", hand.name, "siren no-power")
    scene.receipts(118, "siren", "4", [(key, "yirshi", dict(status="acknowledged", person="p-grid", people=20))])
    scene.tell(118, "monitoring.reach", "reach.acknowledged", hand.name, "siren yirshi p-grid 20")
    second.crowds["siren", "yirshi"] = 20
    second.delivered(118, "siren", "yirshi")

    # The wind drops: the rule lowers what it leads, and classes go on.
    scene.reading(150, 150)
    scene.reading(181, 150)
    rule.drafted(181, 1)
    rule.approved(185, 1, approve(185, rule, 3))
    edit(200, hand, 2, 3, "p-zhao", "the front has passed Tianchi")
    hand.approved(203, 3, approve(203, hand, 3))
    ended = scene.command(240, "clear", "p-wang", warning=hand.name, note="gusts below force 6")
    hand.ended(240, "all-clear", ended)
    scene.reading(260, 50)
    scene.reading(291, 50)
    rule.ended(291, "cleared", b"")
    scene.reading(700, 50)

    write("inputs.jsonl", scene.inputs)
    write("expected.jsonl", scene.out["monitoring"] + scene.out["monitoring.reach"])

def write(name, rows):
    (OUT / name).write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))

if __name__ == "__main__": main()
