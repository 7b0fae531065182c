#!/usr/bin/env python3
"""suite.py BINARIES [startup ingest latency replay replay-readings stations]: the suite's figures from outside, over real processes and real sockets."""
import datetime, json, os, pathlib, random, selectors, socket, subprocess, sys, tempfile, time, urllib.request
from processes import *

BINARIES = sys.argv[1]
RECORDING = ROOT / "Tests/Recordings/flash-flood/inputs.jsonl"
RESULTS = open(os.environ["FENGSUI_RESULTS"], "a") if os.environ.get("FENGSUI_RESULTS") else None
sys.path.insert(0, str(ROOT / "Tests/Recordings/flash-flood"))
import make  # the recording's own SL 651 frames
import readings as recorded

def say(name, value, unit, **more):
    print(f"| {name} | {value} | {unit} |", flush=True)
    if RESULTS: print(json.dumps(dict(name=name, value=value, unit=unit, **more)), file=RESULTS, flush=True)

def others(begun, own):
    """Cores that other work kept busy since `begun` (clock, machine, own at the start): beyond 0.3 distrust the figure."""
    clock, machine, before = begun
    return max(0, (machine_busy() - machine - (own - before)) / (time.perf_counter() - clock))

# ---- start-up and memory

def startup():
    for service in SERVICES:
        times, resident = [], []
        for _ in range(5):
            with tempfile.TemporaryDirectory() as folder:
                begin = time.perf_counter()
                process = subprocess.Popen(
                    [f"{BINARIES}/{service}", "run", "--data", f"{folder}/data", "--bus", f"{folder}/bus", "--realm", "exercise:bench",
                     "--configuration", f"{ROOT}/compose/configuration/{service}.yaml", "--http", "0"], stderr=subprocess.DEVNULL)
                while True:
                    try:
                        if urllib.request.urlopen(open(f"{folder}/data/{service}.http").read().strip() + "/healthz").status == 200: break
                    except (OSError, ValueError): time.sleep(0.001)
                times.append((time.perf_counter() - begin) * 1e3)
                time.sleep(1)
                resident.append(memory(process.pid, "VmRSS"))
                process.terminate(); process.wait()
        say(f"{service}: start on an empty folder to healthy", middle(times), "ms")
        say(f"{service}: resident, idle", middle(resident), "MB")

# ---- readings a second into monitoring, each confirmed after its commit

def station_configuration(folder, count):
    """monitoring.yaml with `count` more gauges, which every rule watches."""
    text = (ROOT / "compose/configuration/monitoring.yaml").read_text()
    more = [f"15229{n:05}" for n in range(count)]
    line = '  - {{ id: "{}", name: {{ zh: 测站, en: Gauge }}, division: "152202004", position: [47.3, 119.8], silent_after: 150m, elements: {{ stage: *stage, rain_1h: *rain }} }}\n'
    text = text.replace("rules:\n", "".join(map(line.format, more)) + "rules:\n", 1)
    listed = ", ".join(f'"{station}"' for station in more)
    text = text.replace('stations: ["', f'stations: [{listed}, "')
    (folder / "monitoring.yaml").write_text(text)
    return more

def frames(stations, per_station):
    """Hourly reports of two readings and the voltage: calm water, so that no warning stands in the way."""
    begin = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)
    return [[make.frame(dict(serial=n % 65_536, observed=begin + n * 5 * make.MINUTE, station=station, kind=0x48, function=0x34,
                             rain=n % 3, stage=1_000 + (n + i) % 40, flow=None)) for n in range(per_station)]
            for i, station in enumerate(stations)]

def feed(port, queues, window):
    """Sends each queue over a connection of its own, at most `window` frames unconfirmed; returns when all are confirmed."""
    watch, waits = selectors.DefaultSelector(), []
    left = len(queues)
    for queue in queues:
        link = socket.create_connection(("127.0.0.1", port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        first = queue[:window]
        state = dict(queue=queue, sent=len(first), heard=0, times=[time.perf_counter()] * len(first))
        link.sendall(b"".join(first))
        watch.register(link, selectors.EVENT_READ, state)
    while left:
        for key, _ in watch.select(30) or sys.exit("no confirmation for half a minute"):
            state, data = key.data, key.fileobj.recv(1 << 16)
            if not data: sys.exit("monitoring closed a connection")
            before, now = state["heard"] // 25, time.perf_counter()
            state["heard"] += len(data)
            after = state["heard"] // 25  # a confirmation has 25 bytes
            waits += [now - state["times"][n] for n in range(before, after)]
            more = state["queue"][state["sent"]:after + window]
            if more:
                key.fileobj.sendall(b"".join(more))
                state["sent"] += len(more); state["times"] += [now] * len(more)
            if after == len(state["queue"]):
                watch.unregister(key.fileobj); key.fileobj.close(); left -= 1
    waits.sort()
    return waits

def ingest():
    for connections, window, total in [(1, 1, 2_000), (8, 1, 8_000), (64, 1, 32_000), (64, 16, 96_000), (1_000, 4, 96_000)]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            queues = frames(station_configuration(folder, connections), total // connections)
            with Suite(BINARIES, ["monitoring"], folder, station_port=0) as suite:
                pid, port = suite.pids["monitoring"], suite.station_port()
                begun = (time.perf_counter(), machine_busy(), cpu(pid) + time.process_time())
                waits = feed(port, queues, window)
                seconds, spent = time.perf_counter() - begun[0], cpu(pid) - begun[2] + time.process_time()
                busy = others(begun, cpu(pid) + time.process_time())
                readings = suite.heads()["monitoring.observation"]
                sent = sum(map(len, queues))
                if readings < 2 * sent: sys.exit(f"{readings} readings of {sent} frames")
                say(f"readings/s, {connections:,} connections × {window} unconfirmed", f"{readings / seconds:,.0f}", "readings/s")
                say("  confirmed after, p50 / p99", f"{waits[len(waits) // 2] * 1e3:.1f} / {waits[len(waits) * 99 // 100] * 1e3:.1f}", "ms")
                say("  both programs' CPU per 100k readings; others kept busy", f"{spent / readings * 1e5:.2f}; {busy:.2f}", "s; cores")
                say("  monitoring's peak resident", f"{memory(pid, 'VmHWM'):.0f}", "MB")

# ---- registered stations by the million

KIND = """
stations: []
station_kinds: [{ id: gauge, silent_after: 150m, elements: { stage: { hard: ["0.00 m", "12.00 m"], rise_per_hour: "2.00 m" }, rain_1h: { hard: ["0.0 mm", "200.0 mm"] } } }]
rules:
  - { id: stage-alarm, hazard: flash-flood, kind: level, element: stage, stations: { kind: gauge }, bands: [{ colour: blue, at: "20.00 m" }], hysteresis: "0.20 m", duration: 0s, clear_after: 2h, lifetime: 24h, drafter: p-li }
  - { id: rain-24h, hazard: rainstorm, kind: accumulation, window: 24h, element: rain_1h, stations: { kind: gauge }, bands: [{ colour: blue, at: "100.0 mm" }], hysteresis: "10.0 mm", duration: 0s, clear_after: 6h, lifetime: 24h, drafter: p-li }
"""

def register(suite, path, count):
    """Registers stations 1522000000 …; gives their names and the seconds that it took."""
    names = [f"1522{n:06}" for n in range(count)]
    with open(path, "w") as out:
        for name in names:
            out.write('{"id":"%s","kind":"gauge","nameZh":"测站%s","nameEn":"Gauge %s","division":"152202004","position":'
                      '{"latitudeMicrodegrees":47300000,"longitudeMicrodegrees":119800000,"datum":"DATUM_WGS84"}}\n' % (name, name, name))
    begin = time.perf_counter()
    tool = suite.tool("stations", "import", str(path), "--person", "p-li", "--role", "duty-officer", "--realm", "exercise:bench")
    if tool.wait(): sys.exit("the stations were not registered")
    return names, time.perf_counter() - begin

def stations():
    head = (ROOT / "compose/configuration/monitoring.yaml").read_text().split("\nstations:")[0]
    least = None
    for count in map(int, os.environ.get("FENGSUI_STATIONS", "1000 100000 1000000").split()):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "monitoring.yaml").write_text(head + KIND)
            with Suite(BINARIES, ["monitoring"], folder, station_port=0) as suite:
                pid, port = suite.pids["monitoring"], suite.station_port()
                names, seconds = register(suite, folder / "stations.jsonl", count)
                say(f"**{count:,} stations** registered", f"{count / seconds:,.0f}", "stations/s")
                order, reports = random.Random(651), recorded.Reports()
                for what, total, connections, window in [
                    ("the first report of each", count, 64, 16), ("300,000 readings, of any", 100_000, 64, 16),
                    ("6,000 readings, of any, a report after the other", 2_000, 1, 1)]:
                    chosen = order.sample(names, total) if total == count else order.choices(names, k=total)
                    queues = reports.queues(chosen, connections)
                    begun = (time.perf_counter(), machine_busy(), cpu(pid) + time.process_time())
                    waits = feed(port, queues, window)
                    seconds, spent = time.perf_counter() - begun[0], cpu(pid) - begun[2] + time.process_time()
                    busy = others(begun, cpu(pid) + time.process_time())
                    say(f"  {what}: readings/s", f"{3 * total / seconds:,.0f}", "readings/s")
                    say("    confirmed after, p50 / p99 / p99.9", " / ".join(f"{waits[int(len(waits) * part)] * 1e3:.1f}" for part in (0.5, 0.99, 0.999)), "ms")
                    say("    both programs' CPU per 100k readings; others kept busy", f"{spent / total / 3 * 1e5:.2f}; {busy:.2f}", "s; cores")
                resident, database = memory(pid, "VmRSS"), sum(f.stat().st_size for f in (suite.folder / "data").glob("monitoring.db*")) / 1e6
                least = least or (count, resident)
                more = f", {(resident - least[1]) * 1048576 / (count - least[0]):,.0f} B a station more" if count > least[0] else ""
                say("  resident, at the most; the database", f"{resident:,.0f}, {memory(pid, 'VmHWM'):,.0f}; {database:,.0f}", f"MB{more}")
                suite.stop()
                verify(suite)

# ---- one reading to the reservation of supplies, over the live suite

STEPS = {"monitoring.warning.issued": "warning issued", "monitoring.warning.updated": "warning issued",
         "dispatch.task.assigned": "task assigned", "stockpile.supplies.reserved": "supplies reserved"}

def latency():
    frames = [bytes.fromhex(line["data"]) for line in map(json.loads, open(RECORDING)) if line["channel"] == "sl651"]
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for service in SERVICES:
            text = (ROOT / f"compose/configuration/{service}.yaml").read_text()
            # Nobody is there to approve.
            text = text.replace("automatic_release: [red]", "automatic_release: [blue, yellow, orange, red]")
            (pathlib.Path(name) / f"{service}.yaml").write_text(text)
        for _ in range(12):
            with Suite(BINARIES, configuration=name, station_port=0) as suite:
                tail = suite.tool("tail", "--json", "--stream", "monitoring", "--stream", "dispatch", "--stream", "stockpile")
                time.sleep(1.5)  # every subscription stands
                for step, seconds in first_reservation(suite.station_port(), tail, frames).items():
                    found.setdefault(step, []).append(seconds * 1e3)
                tail.terminate(); tail.wait()
    for step, values in found.items(): say(f"reading sent → {step}", middle(values, 1), "ms")

def first_reservation(port, tail, frames):
    """Sends reports until one leads to supplies; when each step of its chain was seen by an onlooker, in seconds after its sending."""
    os.set_blocking(tail.stdout.fileno(), False)
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    text, chains = b"", {}
    def look():
        """What the onlooker saw since; the chain that led to supplies."""
        nonlocal text
        try: text += os.read(tail.stdout.fileno(), 1 << 20)
        except BlockingIOError: return None
        *lines, text = text.split(b"\n")
        for event in map(json.loads, lines):
            if event["type"] not in STEPS: continue
            chain = chains.setdefault(event["correlation"], {})
            chain.setdefault(STEPS[event["type"]], time.perf_counter())
            if len(chain) == 3: return chain
    for frame in frames:
        if make.crc(frame[:-2]) != int.from_bytes(frame[-2:], "big"): continue
        sent, heard = time.perf_counter(), 0
        link.sendall(frame)
        while heard < 25: heard += len(link.recv(25 - heard)) or sys.exit("monitoring closed the connection")
        confirmed = time.perf_counter()
        while time.perf_counter() < confirmed + 0.03:
            if chain := look(): return dict(confirmed=confirmed - sent, **{step: at - sent for step, at in chain.items()})
            time.sleep(0.0002)
    sys.exit("no report led to supplies")

# ---- replay

def replay():
    inputs = sum(1 for _ in open(RECORDING))
    rates, peaks = [], {}
    for _ in range(5):
        with Suite(BINARIES, lockstep=True) as suite:
            begin = time.perf_counter()
            player = suite.tool("replay", str(RECORDING), "--json", stderr=subprocess.DEVNULL)
            player.communicate()
            rates.append(inputs / (time.perf_counter() - begin))
            records = sum(suite.heads().values())
            peaks = {service: memory(pid, "VmHWM") for service, pid in suite.pids.items()}
    say(f"replay of {inputs:,} inputs, {records:,} records, five services in lockstep", middle(rates), "inputs/s")
    for service, peak in peaks.items(): say(f"{service}: peak resident in it", f"{peak:.0f}", "MB")

# ---- five million recorded readings through monitoring

COUNT = int(os.environ.get("FENGSUI_READINGS", "5000000"))

def replay_readings():
    with tempfile.TemporaryDirectory() as name:
        folder, recording = pathlib.Path(name), f"{name}/recording.jsonl"
        count, readings = recorded.write(recording, station_configuration(folder, 1_000), COUNT)
        with Suite(BINARIES, ["monitoring"], folder, lockstep=True) as suite:
            pid = suite.pids["monitoring"]
            begun = (time.perf_counter(), machine_busy(), cpu(pid))
            player = suite.tool("replay", recording, "--service", "monitoring", "--json", stderr=subprocess.DEVNULL)
            if json.loads(player.stdout.read())["records"] != readings: sys.exit("not one record of each reading")
            _, _, usage = os.wait4(player.pid, 0)
            player.returncode = 0
            seconds, spent, played = time.perf_counter() - begun[0], cpu(pid) - begun[2], usage.ru_utime + usage.ru_stime
            busy = others(begun, cpu(pid) + played)
            say(f"replay of {readings:,} readings in {count:,} frames of 1,000 stations through monitoring", f"{seconds:.1f}", "s")
            say("  readings", f"{readings / seconds:,.0f}", "readings/s")
            say("  CPU of monitoring, of the player; others kept busy", f"{spent:.1f}, {played:.1f}; {busy:.2f}", "s; cores")
            say("  peak resident of monitoring, of the player", f"{memory(pid, 'VmHWM'):.0f}, {usage.ru_maxrss / 1024:.0f}", "MB")
            suite.stop()
            verify(suite)

def verify(suite):
    """Replays monitoring's journal into an empty database, which must come to the same."""
    begun = (time.perf_counter(), machine_busy(), 0)
    check = subprocess.Popen([f"{BINARIES}/monitoring", "verify", "--data", suite.folder / "data", "--realm", "exercise:bench"])
    _, status, usage = os.wait4(check.pid, 0)
    if status: sys.exit("the replay differs")
    seconds, spent = time.perf_counter() - begun[0], usage.ru_utime + usage.ru_stime
    say("verify of its database", f"{seconds:.1f}", "s")
    say("  CPU; others kept busy", f"{spent:.1f}; {others(begun, spent):.2f}", "s; cores")
    say("  peak resident", f"{usage.ru_maxrss / 1024:.0f}", "MB")

known = {"startup": startup, "ingest": ingest, "latency": latency, "replay": replay, "replay-readings": replay_readings, "stations": stations}
wanted = sys.argv[2:] or list(known)[:4]
if any(part not in known for part in wanted): sys.exit(f"parts: {' '.join(known)}")
print("| what | median (range), or one run | unit |\n|---|--:|---|")
for part in wanted:
    quiet = noise(tempfile.gettempdir())
    say(f"**{part}**; the machine's noise: same work slower by up to, 4 KiB synced p50 / p99",
        f"{quiet['spread']:.0%}, {quiet['sync_p50_ms']:.2f} / {quiet['sync_p99_ms']:.2f}", "ms")
    known[part]()
