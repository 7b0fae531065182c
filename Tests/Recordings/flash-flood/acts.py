"""What people and devices do after the warnings, and what must come of it. Both by hand, from the yaml files in compose/configuration."""
import datetime

MINUTE = datetime.timedelta(minutes=1)
LEADER = {"T-town": "p-guo", "T-fire": "p-gao", "T-bailang": "p-bao", "T-water": "p-wu"}
PERSON = {"u-zhao": "p-zhao", "u-sun": "p-sun", "u-he": "p-he", "u-gao": "p-gao", "u-bai": "p-bai", "u-tang": "p-tang"}

def task(at, act, name, team, **more):
    return (at, "dispatch", "dispatch.command.task." + act, LEADER[team], "leader", dict(task=name, team=team, **more))

def terminal(at, act, session, who, **more):
    person, role = (PERSON[who], "participant") if who in PERSON else ("p-gateway", "operator")
    return (at, "command-center", "center.command." + act, person, role, dict(session=session, participant=who, **more))

def consignment(order, store, start, pick, ship, arrive, receive, counted):
    """One store's part of an order; the numbers are minutes after the request."""
    both, at = dict(order=order, store=store), lambda minutes: start + minutes * MINUTE
    return [(at(pick), "stockpile", "stockpile.command.order.pick", "p-keeper", "storekeeper", both),
            (at(ship), "stockpile", "stockpile.command.order.ship", "p-keeper", "storekeeper", dict(both, vehicle="truck-" + store)),
            (at(arrive), "dispatch", "dispatch.command.transport.arrive", "p-ma", "driver", both),
            (at(receive), "stockpile", "stockpile.command.order.receive", "p-hao", "receiver",
             dict(both, counted=[dict(lot=lot, quantity=str(n), **(dict(reason=why[0]) if why else {})) for lot, n, *why in counted]))]

def small(incident, four, end):
    """1 October: level IV and no more. A patrol, a session of two, and the end."""
    patrol, session = incident + "/patrol/1", incident + "/session"
    return [terminal(four + 0.2 * MINUTE, "terminal.join", session, "u-zhao"), terminal(four + 0.3 * MINUTE, "terminal.join", session, "u-sun"),
            task(four + 4 * MINUTE, "depart", patrol, "T-town"), task(four + 16 * MINUTE, "arrive", patrol, "T-town"),
            task(four + 120 * MINUTE, "complete", patrol, "T-town", note="banks-hold"),
            (end + 30 * MINUTE, "dispatch", "dispatch.command.incident.close", "p-zhao", "commander", dict(incident=incident))]

def session(name, start, end):
    at = lambda minutes: start + minutes * MINUTE
    lead = (at(30), "command-center", "center.command.session.chair", "p-zhao", "commander", dict(session=name, participant="u-sun"))
    again = (at(40), "command-center", "center.command.session.invite", "p-sun", "duty-officer", dict(session=name, participant="u-gao"))
    stop = (end + 5 * MINUTE, "command-center", "center.command.session.end", "p-sun", "duty-officer", dict(session=name, reason="response-ended"))
    return [terminal(at(0.05), "terminal.join", name, "cam-bailang-dam"),
            terminal(at(0.1), "terminal.ringing", name, "u-zhao"), terminal(at(0.3), "terminal.join", name, "u-zhao"),
            terminal(at(0.1), "terminal.ringing", name, "u-he"), terminal(at(0.6), "terminal.join", name, "u-he"),
            terminal(at(0.2), "terminal.ringing", name, "u-sun"), terminal(at(0.4), "terminal.join", name, "u-sun"),
            terminal(at(0.2), "terminal.ringing", name, "u-gao"), terminal(at(0.5), "terminal.decline", name, "u-gao"),  # at a fire
            terminal(at(0.3), "terminal.ringing", name, "u-tang"), terminal(at(1.5), "terminal.join", name, "u-tang"),   # at the second call
            # u-bai never rings: unreachable after two calls of a minute.
            terminal(at(2), "floor.request", name, "u-zhao", priority=100), terminal(at(3), "floor.request", name, "u-tang", priority=50),
            terminal(at(4), "floor.request", name, "u-sun", priority=250),                                             # pre-empts
            terminal(at(6), "floor.release", name, "u-sun"), terminal(at(8), "floor.release", name, "u-tang"),
            terminal(at(10), "terminal.leave", name, "u-he", reason="LEAVE_REASON_CONNECTION_LOST"), terminal(at(11), "terminal.join", name, "u-he"),
            lead, terminal(at(31), "terminal.leave", name, "u-zhao", reason="LEAVE_REASON_HUNG_UP"),
            again, terminal(at(40.2), "terminal.join", name, "u-gao"), stop]

def flood(incident, four, three, two, one, end):
    """2 to 7 October: up to level I."""
    def after(start, minutes): return start + minutes * MINUTE
    patrol, yirshi, rescue, bailang = (incident + "/" + clause for clause in ("patrol/1", "evacuate-yirshi/", "rescue/", "evacuate-bailang/1"))
    close = "dispatch.command.incident.close", "p-zhao", "commander", dict(incident=incident)
    acts = session(incident + "/session", four, end)
    acts += [(after(four, 20), "dispatch", "dispatch.command.incident.verify", "p-sun", "duty-officer", dict(incident=incident, note="seen-by-patrol")),
             task(after(four, 4), "depart", patrol, "T-town"), task(after(four, 16), "arrive", patrol, "T-town"),
             task(after(four, 120), "complete", patrol, "T-town", note="water-rises"),
             task(after(three, 5), "depart", yirshi + "1", "T-fire"), task(after(three, 17), "arrive", yirshi + "1", "T-fire"),
             task(after(three, 6), "depart", yirshi + "2", "T-town"), task(after(three, 18), "arrive", yirshi + "2", "T-town"),
             (after(three, 60), "dispatch", *close),  # refused: the response has not ended
             task(after(two, 6), "depart", rescue + "1", "T-water"),
             task(after(two, 30), "complete", yirshi + "1", "T-fire", note="all-out"), task(after(two, 33), "depart", rescue + "2", "T-fire"),
             task(after(two, 40), "complete", yirshi + "2", "T-town", note="all-out"), task(after(two, 44), "arrive", rescue + "2", "T-fire"),
             task(after(two, 80), "arrive", rescue + "1", "T-water"),
             task(after(two, 180), "complete", rescue + "1", "T-water", note="nobody-missing"),
             task(after(two, 181), "complete", rescue + "2", "T-fire", note="nobody-missing"),
             task(after(one, 5), "depart", bailang, "T-bailang"), task(after(one, 12), "arrive", bailang, "T-bailang"),
             task(after(one, 240), "complete", bailang, "T-bailang", note="all-out"), (after(end, 30), "dispatch", *close)]
    order = incident + "/shelter"
    acts += consignment(order, "S-city", three, 10, 20, 32, 45, [("L-001", 60), ("L-002", 40), ("L-007", 180), ("L-008", 100)])
    acts += consignment(order, "S-bailang", three, 15, 30, 75, 85, [("L-003", 49, "damaged"), ("L-009", 20)])
    order = incident + "/shelter-bailang"
    acts += consignment(order, "S-bailang", two, 5, 12, 18, 25, [("L-003", 70)])
    acts += consignment(order, "S-wuchagou", two, 8, 20, 56, 65, [("L-005", 60)])
    acts += consignment(order, "S-tianchi", two, 10, 25, 106, 115, [("L-004", 80)])
    return acts

def expected(first, second, changes):
    """What must come of it, worked out by hand. The reasons stand beside it."""
    (four, three, two, one) = changes
    rows = []
    def assigned(at, name, team): rows.append(dict(time=at, type="dispatch.task.assigned", subject=name, what=team))
    def reserved(order, lots): rows.append(dict(type="stockpile.supplies.reserved", subject=order, what=" ".join("%s:%d" % lot for lot in lots)))
    assigned(first[1], first[0] + "/patrol/1", "T-town")             # 10 minutes away; fire and rescue cannot patrol
    assigned(four, second + "/patrol/1", "T-town")
    assigned(three, second + "/evacuate-yirshi/1", "T-fire")         # as near as T-town, which is free again: the first by id
    assigned(three, second + "/evacuate-yirshi/2", "T-town")
    assigned(two, second + "/rescue/1", "T-water")                   # the nearest, T-fire, evacuates; nobody else is there in time
    assigned(one, second + "/evacuate-bailang/1", "T-bailang")
    assigned(two + 30 * MINUTE, second + "/rescue/2", "T-fire")      # when it has done with the evacuation
    rows.append(dict(time=two, type="dispatch.shortfall.reported", subject=second, what="rescue no-team-can-go"))
    rows.append(dict(time=two + 60 * MINUTE, type="dispatch.task.overdue", subject=second + "/rescue/1", what=""))
    # 150 tents and 300 rations to yirshi: the city store is 10 minutes away, Bailang 40; first expired first out; L-006 is past its day.
    reserved(second + "/shelter", [("L-002", 40), ("L-001", 60), ("L-007", 180), ("L-008", 100), ("L-003", 50), ("L-009", 20)])
    # 250 tents to bailang: 5 minutes S-bailang (120 - 50), 35 S-wuchagou, 40 S-city (all gone), 80 S-tianchi: 210.
    reserved(second + "/shelter-bailang", [("L-003", 70), ("L-005", 60), ("L-004", 80)])
    rows.append(dict(type="stockpile.shortage.reported", subject=second + "/shelter-bailang", what="1010100 250 210"))
    rows.append(dict(type="dispatch.shortfall.reported", subject=second, what="shelter-bailang stock-short"))
    for order, store, complete in (("/shelter", "S-city", "no"), ("/shelter", "S-bailang", "yes"), ("/shelter-bailang", "S-bailang", "no"),
                                   ("/shelter-bailang", "S-wuchagou", "no"), ("/shelter-bailang", "S-tianchi", "yes")):
        rows.append(dict(type="stockpile.supplies.received", subject=second + order, what=store + " " + complete))
    for who, reason in (("u-gao", "DECLINED"), ("u-bai", "UNREACHABLE")):
        rows.append(dict(type="center.participant.failed", subject=second + "/session", what=who + " " + reason))
    for who in ("u-zhao", "u-sun", "u-tang"):  # u-sun pre-empts, and u-tang had waited
        rows.append(dict(type="center.floor.granted", subject=second + "/session", what=who))
    # Who must come and did not is told to the incident; the clause was short, too late by what was not met at the deadline.
    for who in ("declined", "unreachable"):
        rows.append(dict(type="dispatch.shortfall.reported", subject=second, what="session " + who))
    # In the order of the plan. T-water arrived 20 minutes after the hour that the plan gives; 40 of 250 tents were short; a tent was damaged on the way.
    rows.append(dict(type="dispatch.incident.closed", subject=second, what="shelter:supplies-short rescue:team-late shelter-bailang:supplies-short"))
    rows.append(dict(type="center.session.chair-changed", subject=second + "/session", what="u-sun"))
    return rows
