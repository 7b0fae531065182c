"""Disks that are full, read-only or damaged."""
import contextlib, json, os, random, shutil, sqlite3, subprocess, time
from ground import call, end, free_ports, LoopDisk, programs, ROOT, seconds_until, SmallDisk
from suite import REALM, Stations, Suite

def said_once(errors, code, remedy):
    """One line, with a stable code and what to do."""
    return len(errors) == 1 and errors[0].startswith(f"{code}: ") and remedy in errors[0]

def disk_full(report, folder):
    """The disk fills up: the service stops, says so in one line, goes on when there is room, and has all that it confirmed."""
    disk = SmallDisk(folder / "small", 4)
    try:
        with Suite(folder, services=["monitoring", "dispatch"], data={"monitoring": disk.folder}) as suite:
            stations = Stations(suite.port, rounds=2)
            fell = seconds_until(lambda: suite.running["monitoring"].poll() is not None)
            report.check("monitoring stops when its disk is full", fell is not None and suite.running["monitoring"].poll() == 1,
                         f"after {fell} s and {stations.count} reports")
            report.check("and says so in one line", said_once(suite.errors("monitoring"), "store-full", "make room"), suite.errors("monitoring"))
            code, errors = suite.refused("monitoring")
            report.check("it refuses to start until there is room", code == 1 and said_once(errors, "store-full", "make room"), f"{code} {errors}")
            disk.resize(200)
            suite.start("monitoring")
            report.check("with room it goes on", stations.finish(), f"{stations.count} confirmed, {stations.repeated} repeated")
            report.check("dispatch has read all", seconds_until(lambda: suite.cursor_is_at_head("dispatch", "monitoring")) is not None)
            suite.stop()
            suite.check_reports(report, stations, "disk full")
            suite.check_verified(report, "disk full")
    finally: disk.close()

def disk_full_supervised(report, folder):
    """The same under `fengsui run`, whose logs are on that disk: it starts the service again with patience and needs nobody once there is room."""
    disk = SmallDisk(folder / "small", 8)
    suite = Suite(folder, services=["monitoring"], data={"monitoring": disk.folder})
    said = folder / "run.out"
    with open(said, "wb") as file:
        run = subprocess.Popen([str(part) for part in (
            programs() / "fengsui", "run", "--json", "--data", disk.folder, "--bus", suite.bus, "--realm", REALM, "--service", "monitoring",
            "--configuration", suite.configuration, "--pass", f"monitoring: --sl651 127.0.0.1:{suite.port}")], stdout=file, stderr=file)
    states = lambda: [json.loads(line)["state"] for line in said.read_text().splitlines() if line.startswith("{")]
    try:
        stations = Stations(suite.port, rounds=4)
        report.check("supervised, monitoring stops when its disk is full", seconds_until(lambda: "crashed" in states()) is not None)
        before, used = states().count("crashed"), cpu(run.pid)
        time.sleep(20)
        starts = states().count("crashed") - before
        report.check("in 20 s it is started again a few times", 1 <= starts <= 8, f"{starts} starts, {cpu(run.pid) - used:.1f} s of the supervisor's CPU")
        disk.resize(200)
        back = seconds_until(lambda: stations.finished, 90)
        report.check("with room it goes on, and nobody did anything", back is not None, f"all confirmed after {back} s")
        stations.stop()
        report.check("the supervisor ends in order", end(run) == 0, said.read_text().splitlines()[-1])
        suite.check_reports(report, stations, "disk full, supervised")
        suite.check_verified(report, "disk full, supervised", streams=0)
    finally:
        end(run)
        disk.close()

def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

def read_only(report, folder):
    """A folder, a file or a whole disk that cannot be written: refused in one line, and left as it is."""
    disk = SmallDisk(folder / "small", 200)
    with Suite(folder, services=["monitoring"], data={"monitoring": disk.folder}) as suite:
        seconds_until(lambda: suite.status("monitoring"))
        stations = Stations(suite.port, rounds=1)
        stations.finish()
        suite.stop()
        before = suite.database("monitoring").read_bytes()
        bound = suite.database("monitoring")
        try:
            disk.freeze()
            code, errors = suite.refused("monitoring")
            report.check("a read-only disk is refused in one line", code == 1 and said_once(errors, "store-unwritable", "let this user write"), errors)
            disk.thaw()
            call("mount", "--bind", bound, bound)
            call("mount", "-o", "remount,bind,ro", bound)
            code, errors = suite.refused("monitoring")
            report.check("a read-only database is refused in one line", code == 1 and said_once(errors, "store-unwritable", "let this user write"), errors)
        finally:
            call("umount", bound, check=False)
            disk.thaw()
        report.check("nothing was written", bound.read_bytes() == before)
        if os.geteuid() == 0: check_other_user(report, suite, folder)
        suite.start("monitoring")
        report.check("it starts when it can write again", seconds_until(lambda: suite.status("monitoring")) is not None)
        suite.stop()
        suite.check_reports(report, stations, "read-only")
    disk.close()

def check_other_user(report, suite, folder):
    """As a user to whom neither the folder nor the file belongs."""
    reachable = subprocess.run(["test", "-x", str(programs() / "monitoring")], user=65534, group=65534, extra_groups=[]).returncode == 0
    if not reachable: return report.tell(f"{programs()} is closed to other users: not tried as one")
    (suite.folder / "bus").chmod(0o777)
    for lock in suite.bus.glob("*"): lock.chmod(0o666)
    place = suite.data_of("monitoring")
    place.chmod(0o755)
    code, errors = suite.refused("monitoring", user=65534, group=65534, extra_groups=[])
    report.check("another user's folder is refused in one line", code == 1 and said_once(errors, "store-unwritable", "let this user write"), errors)

def damage(report, folder, places=400, reports=None):
    """Databases that were overwritten, cut short or mixed up while the suite stood still: refused or found, each with a remedy."""
    with Suite(folder, services=["monitoring", "dispatch"]) as suite:
        seconds_until(lambda: suite.status())
        Stations(suite.port, rounds=1, most=reports).finish()
        seconds_until(lambda: suite.cursor_is_at_head("dispatch", "monitoring"))
        suite.stop()
        for service in suite.services: pages(report, suite, service, places)
        starts(report, suite, places // 10)
        whole_files(report, suite)
        strange_log(report, suite)

PAGE = 16384

def damage_quickly(report, folder):
    """Databases that were overwritten, cut short or mixed up, a few places of each."""
    damage(report, folder, places=12, reports=250)

def pages(report, suite, service, count):
    """24 bytes in some pages: at the beginning, in the middle, near the end."""
    good = suite.database(service).read_bytes()
    content = logical(suite.database(service))
    chance, found, refused, idle, silent = random.Random(7), 0, 0, 0, []
    places = [(page, at) for page in range(len(good) // PAGE) for at in (40, PAGE // 2, PAGE - 84)]
    for page, at in chance.sample(places, min(len(places), count)):
        bad = bytearray(good)
        for index in range(page * PAGE + at, page * PAGE + at + 24): bad[index] ^= 0x5A
        replace(suite, service, bytes(bad))
        ended = program_verify(suite, service)
        if ended.returncode == 2: found += 1
        elif ended.returncode == 1 and "store-" in ended.stdout + ended.stderr: refused += 1
        elif ended.returncode == 0 and logical(suite.database(service)) == content: idle += 1
        else: silent.append((page + 1, at, ended.returncode, (ended.stdout + ended.stderr)[-200:]))
    replace(suite, service, good)
    report.check(f"{service}: bytes of a page overwritten: found, refused, or of no meaning", not silent and found > 0,
                 f"found {found}, refused {refused}, unused bytes {idle}, silently wrong {silent}")

def starts(report, suite, count):
    """Monitoring is started on damaged files and reported to: it works, or ends with 1 and one line. It never traps."""
    good = suite.database("monitoring").read_bytes()
    chance, works, ends, traps = random.Random(11), 0, 0, []
    places = [(page, at) for page in range(len(good) // PAGE) for at in (40, PAGE // 2, PAGE - 84)]
    for page, at in chance.sample(places, max(1, count)):
        bad = bytearray(good)
        for index in range(page * PAGE + at, page * PAGE + at + 24): bad[index] ^= 0x5A
        replace(suite, "monitoring", bytes(bad))
        before = len(suite.lines("monitoring"))
        process = suite.start("monitoring")
        stations = Stations(suite.port, rounds=1, first=3, most=60)
        seconds_until(lambda: stations.finished or process.poll() is not None, 10)
        stations.stop()
        if process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):  # what is damaged may hold fewer records, or end while it is read
                suite.tool("tail", "--bus", suite.bus, "--stream", "monitoring", "--from", 1, "--count", 30, timeout=10)
            suite.stop("monitoring")
        else: suite.running.pop("monitoring")
        code, errors = process.returncode, suite.errors("monitoring", before)
        if code == 0 and not errors: works += 1
        elif code == 1 and len(errors) == 1 and errors[0].split(":")[0] in STABLE: ends += 1
        else: traps.append((page + 1, at, code, errors))
    replace(suite, "monitoring", good)
    report.check("monitoring started on damaged files works or ends with one line", not traps, f"works {works}, ends {ends}, else {traps}")

# How a line begins that says what to do.
STABLE = ("store-damaged", "store-disk")

def program_verify(suite, service):
    scratch = dict(os.environ, TMPDIR="/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    return call(programs() / service, "verify", "--data", suite.data, "--realm", REALM, check=False, env=scratch)

# What says how this database came to be; a replay has its own.
OPERATIONAL = ("counter", "running", "attempt", "step")

def logical(path):
    """Everything that the database says, whatever its pages look like; nothing where it cannot be read."""
    source = sqlite3.connect(path)
    try:
        tables = [row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [(table, sorted(map(repr, source.execute(f'SELECT * FROM "{table}"')))) for table in tables if table not in OPERATIONAL]
    except sqlite3.DatabaseError: return None
    finally: source.close()

def replace(suite, service, contents):
    for file in suite.data.glob(f"{service}.db*"):
        if not file.name.endswith(".lock"): file.unlink()
    if contents is not None: suite.database(service).write_bytes(contents)

def whole_files(report, suite):
    good = suite.database("monitoring").read_bytes()
    for what, contents in [("cut in half", good[:len(good) // 2]), ("a page too short", good[:-PAGE]), ("garbage", random.Random(3).randbytes(100_000)),
                           ("a text", b"not a database\n" * 1000)]:
        replace(suite, "monitoring", contents)
        code, errors = suite.refused("monitoring")
        report.check(f"a database that is {what} is refused in one line", code == 1 and said_once(errors, "store-damaged", "fengsui restore"), errors)
        ended = program_verify(suite, "monitoring")
        report.check(f"and verify finds it", ended.returncode == 2, (ended.stdout + ended.stderr).strip())
        report.check("it is left as it is", suite.database("monitoring").read_bytes() == contents)
    replace(suite, "monitoring", good)

def strange_log(report, suite):
    """The write-ahead log of another database beside a sound one, and a log without its database."""
    good = suite.database("monitoring").read_bytes()
    suite.start("dispatch")
    seconds_until(lambda: suite.status("dispatch"))
    suite.kill("dispatch")
    strange = (suite.data / "dispatch.db-wal").read_bytes()
    report.check("a killed service leaves a log", len(strange) > 32, f"{len(strange)} bytes")
    log = suite.data / "monitoring.db-wal"
    for what, contents in (("beside another database", good), ("whose database is gone", None), ("whose database is empty", b"")):
        replace(suite, "monitoring", contents)
        log.write_bytes(strange)
        code, errors = suite.refused("monitoring")
        report.check(f"a log {what} is refused in one line", code == 1 and len(errors) == 1 and errors[0].startswith("store-"), f"{code} {errors}")
        if not contents: report.check("and is left as it is", log.read_bytes() == strange)
    replace(suite, "monitoring", good)
    suite.start("monitoring")
    report.check("what was put back starts", seconds_until(lambda: suite.status("monitoring")) is not None)
    suite.stop()
