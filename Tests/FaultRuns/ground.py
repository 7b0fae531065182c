"""What faults are made on: folders, small file systems, network namespaces, and their removal. Python's standard library alone."""
import contextlib, ctypes, fcntl, functools, os, pathlib, shutil, signal, socket, struct, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ["monitoring", "dispatch", "stockpile", "command-center", "assessment"]

@functools.cache
def programs():
    """The folder of the programs, which are built where FENGSUI_BIN names none."""
    if "FENGSUI_BIN" in os.environ: return pathlib.Path(os.environ["FENGSUI_BIN"]).resolve()
    build = ["swift", "build", "--package-path", ROOT, "--scratch-path", os.environ.get("FENGSUI_BUILD", ROOT / ".build")]
    for program in [*SERVICES, "fengsui"]: subprocess.run([*build, "--product", program], check=True, stdout=sys.stderr)
    return pathlib.Path(subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip())

class Unable(Exception):
    """The kernel, or this user, lacks what a fault needs: the part is skipped with this reason."""

class Report:
    """Counts what held, and says what did not."""
    def __init__(self): self.passed = self.failed = self.skipped = 0

    def check(self, what, holds, found=""):
        if holds: self.passed += 1
        else: self.failed += 1
        print(("ok: " if holds else "FAILED: ") + what + (f" ({found})" if found != "" else ""), flush=True)

    def skip(self, what, why):
        self.skipped += 1
        print(f"skipped: {what}: {why}", flush=True)

    @staticmethod
    def tell(what): print(f"    {what}", flush=True)

def seconds_until(condition, limit=60):
    """Seconds until `condition` held, with one decimal; nothing where it did not within `limit`."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit:
        if condition(): return round(time.monotonic() - begun, 1)
        time.sleep(0.05)
    return None

def call(*arguments, check=True, **options):
    ended = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, **options)
    if check and ended.returncode: raise RuntimeError(f"{' '.join(map(str, arguments))}: {ended.stderr.strip()}")
    return ended

def need_root(what):
    if os.geteuid() != 0: raise Unable(f"{what} needs root")

def free_ports(count):
    """Ports of the loopback that nobody listens on; held together, so that all differ."""
    held = [socket.socket() for _ in range(count)]
    for one in held: one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held: one.close()
    return ports

def keep_mounts_apart():
    """What is mounted from now on nobody else sees, and it is gone with this process and its children, however they end."""
    if os.geteuid() == 0 and ctypes.CDLL(None).unshare(0x00020000) == 0: call("mount", "--make-rprivate", "/", check=False)

@contextlib.contextmanager
def work_folder():
    """A folder of its own; whatever was mounted in it or points into it goes first."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
    folder.chmod(0o755)
    try: yield folder
    finally:
        mounted = [line.split()[1] for line in open("/proc/mounts") if line.split()[1].startswith(f"{folder}/")]
        for place in reversed(mounted): call("umount", "--lazy", place, check=False)
        shutil.rmtree(folder, ignore_errors=True)

class SmallDisk:
    """A file system in memory, of a size that can be changed."""
    def __init__(self, folder, megabytes):
        self.folder = folder
        folder.mkdir()
        ended = call("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder, check=False)
        if ended.returncode: raise Unable(f"no tmpfs can be mounted: {ended.stderr.strip()}")

    def resize(self, megabytes): call("mount", "-o", f"remount,size={megabytes}m", self.folder)
    def freeze(self): call("mount", "-o", "remount,ro", self.folder)
    def thaw(self): call("mount", "-o", "remount,rw", self.folder)
    def close(self): call("umount", "--lazy", self.folder, check=False)

class LoopDisk:
    """An ext4 in a file, so that the power can be cut: what was not synced is gone. Source: ext4.h, EXT4_IOC_SHUTDOWN."""
    SHUTDOWN, WITHOUT_FLUSH = 0x8004587D, struct.pack("I", 2)

    def __init__(self, image, folder, megabytes=512):
        self.image, self.folder = image, folder
        folder.mkdir()
        with open(image, "wb") as file: file.truncate(megabytes << 20)
        call("mkfs.ext4", "-q", "-E", "lazy_itable_init=1", image)
        self.mount()

    def mount(self):
        ended = call("mount", "-o", "loop", self.image, self.folder, check=False)
        if ended.returncode: raise Unable(f"no loop device can be mounted: {ended.stderr.strip()}")

    def cut(self):
        """The power goes, and every process that writes here is to be killed before `restore`."""
        self.witness()
        descriptor = os.open(self.folder, os.O_RDONLY)
        try: fcntl.ioctl(descriptor, self.SHUTDOWN, self.WITHOUT_FLUSH)
        finally: os.close(descriptor)

    def witness(self): (self.folder / f"unsynced-{time.monotonic_ns()}").write_bytes(bytes(4096))

    def restore(self):
        """The power comes back. True if what was written last without a sync is gone, as it must be."""
        call("umount", self.folder)
        self.mount()
        return not any(self.folder.glob("unsynced-*"))

    def close(self): call("umount", "--lazy", self.folder, check=False)

class TwoHosts:
    """Two network namespaces and a wire between them."""
    def __init__(self):
        need_root("a network namespace")
        if not shutil.which("ip") or not shutil.which("iptables"):
            call("apt-get", "update", "-qq", check=False)
            call("apt-get", "install", "-y", "-qq", "--no-install-recommends", "iproute2", "iptables", check=False)
        for tool in ("ip", "iptables"):
            if not shutil.which(tool): raise Unable(f"{tool} is not installed")
        number = os.getpid()
        self.names = [f"fengsui-{number}-{side}" for side in "ab"]
        self.addresses = ["10.213.77.1", "10.213.77.2"]
        self.made = []
        try: self.make()
        except BaseException:
            self.close()
            raise

    def make(self):
        for name in self.names:
            ended = call("ip", "netns", "add", name, check=False)
            if ended.returncode: raise Unable(f"no network namespace can be made: {ended.stderr.strip()}")
            self.made.append(name)
        a, b = self.names
        call("ip", "-n", a, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", b)
        for name, address in zip(self.names, self.addresses):
            call("ip", "-n", name, "address", "add", f"{address}/24", "dev", "wire")
            for link in ("lo", "wire"): call("ip", "-n", name, "link", "set", link, "up")

    def rule(self, *rule):
        """One rule for what comes over the wire to either side; none heals it."""
        for name in self.names:
            call("ip", "netns", "exec", name, "iptables", "-w", "-F", "INPUT")
            if rule: call("ip", "netns", "exec", name, "iptables", "-w", "-A", "INPUT", "-i", "wire", *rule)

    def drop(self): self.rule("-j", "DROP")
    def lose(self, share): self.rule("-m", "statistic", "--mode", "random", "--probability", str(share), "-j", "DROP")
    def heal(self): self.rule()

    def enter(self, side):
        """Moves the calling thread. Python 3.11 has no setns."""
        with open(f"/run/netns/{self.names[side]}") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")

    def close(self):
        for name in self.made: call("ip", "netns", "del", name, check=False)

def end(process, how=signal.SIGTERM, patience=15):
    """Ends a process that was started here; its exit code, less than 0 for a signal."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        try: process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode
