"""Processes of the suite and what they cost, for the benchmarks. Python's standard library alone."""
import json, os, pathlib, shutil, signal, statistics, subprocess, tempfile, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ["monitoring", "dispatch", "stockpile", "command-center", "assessment"]
TICK = os.sysconf("SC_CLK_TCK")

def machine_busy():
    """Seconds of all cores that were neither idle nor waiting for a disk."""
    fields = [int(f) for f in open("/proc/stat").readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / TICK

def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK

def memory(pid, key):
    """VmRSS or VmHWM in MB."""
    return next(int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith(key)) / 1024

def noise(folder):
    """The machine's own unrest: the same work twenty times, and a thousand synced writes."""
    def work():
        begin, value = time.perf_counter(), 0
        for i in range(400_000): value ^= i * i
        return time.perf_counter() - begin
    times = sorted(work() for _ in range(20))
    waits, path = [], os.path.join(folder, "noise")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    for _ in range(1_000):
        begin = time.perf_counter()
        os.write(descriptor, bytes(4096)); os.fdatasync(descriptor)
        waits.append((time.perf_counter() - begin) * 1e3)
    os.close(descriptor); os.unlink(path)
    waits.sort()
    return dict(spread=times[-1] / times[0] - 1, sync_p50_ms=waits[500], sync_p99_ms=waits[990])

class Suite:
    """Services under `fengsui run` in a folder of their own, removed at the end."""
    def __init__(self, binaries, services=SERVICES, configuration=None, lockstep=False, station_port=None):
        self.binaries, self.services = pathlib.Path(binaries), services
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fengsui-bench-"))
        self.configuration = configuration or ROOT / "compose/configuration"
        self.more = ["--lockstep"] if lockstep else []
        if station_port is not None: self.more += ["--pass", f"monitoring: --sl651 {station_port}"]

    def __enter__(self):
        arguments = ["--data", self.folder / "data", "--bus", self.folder / "bus", "--realm", "exercise:bench",
                     "--configuration", self.configuration, *self.more]
        for service in self.services: arguments += ["--service", service]
        self.run = subprocess.Popen([self.binaries / "fengsui", "run", "--json", *map(str, arguments)],
                                    stdout=subprocess.PIPE, text=True)
        self.pids = {}
        for line in self.run.stdout:
            state = json.loads(line)
            self.pids[state["service"]] = state["process"]
            if state["state"] == "failed": raise SystemExit(f"{state}: see {self.folder}/data/logs")
            if state["state"] == "running":
                self.services_running = getattr(self, "services_running", 0) + 1
                if self.services_running == len(self.services): break
        return self

    def stop(self):
        """Ends the services in order; the folder stays."""
        if self.run.poll() is None: self.run.send_signal(signal.SIGTERM)
        self.run.wait(30)

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self, service):
        return [json.loads(line) for line in open(self.folder / f"data/logs/{service}.log")]

    def station_port(self):
        address = next(l["address"] for l in self.log("monitoring") if l["message"] == "device port open")
        return int(address.rsplit(":", 1)[1])

    def tool(self, command, *arguments, **more):
        return subprocess.Popen([self.binaries / "fengsui", command, *arguments, "--bus", self.folder / "bus"],
                                stdout=subprocess.PIPE, text=True, **more)

    def heads(self):
        lines = [json.loads(line) for line in self.tool("status", "--json").communicate()[0].splitlines()]
        return {head["stream"]: int(head.get("sequence", 0)) for line in lines for head in line.get("heads", [])}

    def ready(self, service):
        base = open(self.folder / f"data/{service}.http").read().strip()
        return urllib.request.urlopen(base + "/readyz", timeout=5).status == 200

def middle(values, digits=0):
    """Median and range, as text."""
    form = f"{{:,.{digits}f}}"
    return f"{form.format(statistics.median(values))} ({form.format(min(values))} to {form.format(max(values))})"
