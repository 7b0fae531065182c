"""The suite's real processes, the stations that report to it, and what must hold of both after any fault."""
import contextlib, itertools, json, os, re, shutil, signal, socket, sqlite3, subprocess, sys, threading, time, urllib.error, urllib.request
from ground import ROOT, SERVICES, call, end, free_ports, programs, seconds_until

sys.path.insert(0, str(ROOT / "Tests/Recordings/flash-flood"))
import make as flood

REALM = "exercise:faults"

def reports(rounds, first=0):
    """The recording's reports, round after round; each round two weeks after the one before."""
    for number in range(first, first + rounds):
        later = number * 14 * 24 * flood.HOUR
        for item, fault in flood.faults(flood.readings()):
            if fault != "broken": yield flood.frame(dict(item, observed=item["observed"] + later))

def confirms(answer, frame):
    """Whether the bytes are the centre's confirmation of that report. Source: SL 651-2014, 6.2.3."""
    return (len(answer) == 25 and answer[2:7] == frame[3:8] and answer[10] == frame[10] and answer[14:16] == frame[14:16]
            and flood.crc(answer[:-2]) == int.from_bytes(answer[-2:], "big"))

class Stations:
    """Each station reports over a connection of its own, and again until it is confirmed (mode M2)."""
    def __init__(self, port, rounds, first=0, most=None, enter=None):
        self.port, self.enter = port, enter
        self.confirmed, self.repeated, self.unexpected = [], 0, []
        self.lock, self.over, self.pause, self.may_go = threading.Lock(), threading.Event(), 0.0, threading.Event()
        self.may_go.set()
        by_station = {}
        for frame in itertools.islice(reports(rounds, first), most): by_station.setdefault(frame[3:8], []).append(frame)
        self.threads = [threading.Thread(target=self.report, args=(frames,), daemon=True) for frames in by_station.values()]
        for thread in self.threads: thread.start()

    def report(self, frames):
        if self.enter: self.enter()
        link = None
        for frame in frames:
            while not self.over.is_set():
                try:
                    link = link or socket.create_connection(("127.0.0.1", self.port), timeout=5)
                    link.sendall(frame)
                    answer = b""
                    while len(answer) < 25:
                        more = link.recv(25 - len(answer))
                        if not more: raise OSError("closed")
                        answer += more
                    with self.lock: (self.confirmed if confirms(answer, frame) else self.unexpected).append(frame)
                    break
                except OSError:
                    if link: link.close()
                    link = None
                    self.repeated += 1
                    time.sleep(0.02)  # a station waits before it calls again
            if self.pause: time.sleep(self.pause)
            self.may_go.wait()

    @property
    def count(self): return len(self.confirmed)
    @property
    def finished(self): return not any(thread.is_alive() for thread in self.threads)

    def finish(self, limit=120):
        """Waits until all is confirmed; false where that takes longer than `limit`."""
        return seconds_until(lambda: self.finished, limit) is not None

    @contextlib.contextmanager
    def held(self):
        """No station begins another report."""
        self.may_go.clear()
        try: yield
        finally: self.may_go.set()

    def stop(self):
        self.over.set()
        for thread in self.threads: thread.join(10)

class Suite:
    """Services as processes of this one, each with its own data folder if it is given one, killed at the end."""
    def __init__(self, folder, services=SERVICES, bus=None, data={}):
        self.folder, self.services = folder, services
        self.bus, self.own = bus or folder / "bus", data
        self.data = folder / "data"
        self.configuration = folder / "configuration"
        if not self.configuration.exists():
            shutil.copytree(ROOT / "compose/configuration", self.configuration)
            file = self.configuration / "monitoring.yaml"
            # Warnings of every colour are released without a person, because nobody is there.
            text = file.read_text().replace("automatic_release: [red]", "automatic_release: [blue, yellow, orange, red]")
            file.write_text(text)
        (self.port,) = free_ports(1)
        self.running, self.hosts, self.logs = {}, {}, {}

    def __enter__(self):
        for service in self.services: self.start(service)
        return self

    def __exit__(self, *_):
        for service in list(self.running): self.kill(service)

    def data_of(self, service): return self.own.get(service, self.data)
    def database(self, service): return self.data_of(service) / f"{service}.db"

    def arguments(self, service):
        more = ["--sl651", f"127.0.0.1:{self.port}"] if service == "monitoring" else []
        return ["run", "--data", self.data_of(service), "--bus", self.bus, "--realm", REALM, "--configuration",
                self.configuration / f"{service}.yaml", "--http", "0", "--logs", "json", *more]

    def start(self, service, *prefix, more=(), **options):
        log = self.logs[service] = self.folder / f"{service}.log"
        with open(log, "ab") as file:
            command = [*self.hosts.get(service, []), *prefix, programs() / service, *self.arguments(service), *more]
            self.running[service] = subprocess.Popen([str(part) for part in command], stdout=file, stderr=file, **options)
        return self.running[service]

    def refused(self, service, limit=20, **options):
        """Starts a service that must refuse: exit code (nothing where it did not end) and the lines of level error."""
        before = len(self.lines(service))
        process = self.start(service, **options)
        seconds_until(lambda: process.poll() is not None, limit)
        code = process.poll()
        self.kill(service)
        return code, self.errors(service, before)

    def lines(self, service):
        path = self.folder / f"{service}.log"
        return path.read_text(errors="replace").splitlines() if path.exists() else []

    def errors(self, service, since=0):
        """What it said at level error, and what was no line of its log at all: a trap's last words, a usage error."""
        found = []
        for line in self.lines(service)[since:]:
            try: entry = json.loads(line)
            except ValueError: found.append(line); continue
            if entry["level"] in ("error", "critical"): found.append(entry.get("error.message", entry["message"]))
        return found

    def kill(self, service):
        process = self.running.pop(service, None)
        if process: end(process, signal.SIGKILL)

    def stop(self, *services):
        """In order; the exit codes."""
        return {service: end(self.running.pop(service)) for service in services or list(self.running)}

    def tool(self, *arguments, **options):
        return call(*self.hosts.get("tool", []), programs() / "fengsui", *arguments, check=False, **options)

    def status(self, *services):
        """What each says of itself; none where one does not answer."""
        named = [part for service in services for part in ("--service", service)]
        ended = self.tool("status", "--json", "--bus", self.bus, *named)
        if ended.returncode: return None
        return {line["service"]: line for line in map(json.loads, ended.stdout.splitlines())}

    def is_caught_up(self):
        """Every service has read every stream up to its writer's own head."""
        states = self.status(*self.running)
        if not states or set(states) != set(self.running): return False
        heads = {s["head"]["stream"]: int(s["head"].get("sequence", 0)) for state in states.values() for s in state.get("streams", [])}
        return all(int(cursor.get("next", 1)) == heads[cursor["stream"]] + 1
                   for state in states.values() for cursor in state.get("cursors", []) if cursor["stream"] in heads)

    def cursor(self, service, stream):
        """What a service says of a stream that it reads."""
        state = (self.status(service) or {}).get(service, {})
        return next((c for c in state.get("cursors", []) if c["stream"] == stream), {})

    def cursor_is_at_head(self, service, stream):
        """Whether a service has read the whole of a stream of monitoring's."""
        state = (self.status("monitoring") or {}).get("monitoring", {})
        head = next((int(s["head"].get("sequence", 0)) for s in state.get("streams", []) if s["head"]["stream"] == stream), None)
        return head is not None and int(self.cursor(service, stream).get("next", 1)) == head + 1

    def page(self, service, page):
        """Status and JSON of a page of its health; none where nobody answers."""
        try: address = (self.data_of(service) / f"{service}.http").read_text().strip()
        except OSError: return None, None
        try:
            with urllib.request.urlopen(address + page, timeout=5) as answer: return answer.status, json.load(answer)
        except urllib.error.HTTPError as error: return error.code, json.load(error)
        except OSError: return None, None

    def unready(self, service):
        """The streams that keep a service from being ready."""
        return {reason.get("stream") for reason in (self.page(service, "/readyz")[1] or {}).get("reasons", [])}

    # What must hold.

    def journaled(self):
        """All that monitoring journaled from outside, as bytes."""
        source = sqlite3.connect(f"file:{self.database('monitoring')}?mode=ro", uri=True, timeout=10)
        try: return b"".join(row[0] for row in source.execute("SELECT items FROM journal WHERE kind = 'external' ORDER BY entry"))
        finally: source.close()

    def check_reports(self, report, stations, what):
        """Every confirmed report is in the journal, and no report is twice."""
        counts, journal = {frame: 0 for frame in stations.confirmed}, self.journaled()
        for start in (found.start() for found in re.finditer(rb"(?=\x7e\x7e\x01)", journal)):
            length = 17 + int.from_bytes(journal[start + 11:start + 13], "big") % 4096
            if journal[start:start + length] in counts: counts[journal[start:start + length]] += 1
        lost = sum(1 for count in counts.values() if count == 0)
        twice = sum(1 for count in counts.values() if count > 1)
        report.check(f"{what}: {len(counts)} reports confirmed, lost 0, twice 0", counts and not lost and not twice and not stations.unexpected,
                     f"lost {lost}, twice {twice}, {len(stations.unexpected)} answers that were no confirmation")

    def verify(self, folder=None):
        """D1 and D2 by `fengsui verify`: exit code and rows. The services are stopped; databases of several folders are copied to one."""
        folder = folder or self.data
        if self.own and folder == self.data:
            folder = self.folder / f"together-{time.monotonic_ns()}"
            folder.mkdir()
            for service in self.services:
                for file in self.data_of(service).glob(f"{service}.db*"): shutil.copy(file, folder)
        # The replay's own store is thrown away: in memory it need not wait for a disk.
        scratch = dict(os.environ, TMPDIR="/dev/shm") if os.access("/dev/shm", os.W_OK) else None
        ended = self.tool("verify", "--json", "--data", folder, "--realm", REALM, env=scratch)
        rows = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        return ended.returncode, rows, ended.stderr.strip()

    def check_verified(self, report, what, streams=1):
        """D1 of every service, and D2 of at least so many streams that were read."""
        code, rows, said = self.verify()
        differing = [f"{row['service']}: {row['detail']}" for row in rows if row["result"] != "equal"]
        compared = sum(1 for row in rows if "records read" in row["detail"])
        replayed = len(rows) - compared
        report.check(f"{what}: D1 of {replayed} services, D2 of {compared} streams",
                     code == 0 and not differing and replayed == len(self.services) and compared >= streams, "; ".join(differing) or said)
