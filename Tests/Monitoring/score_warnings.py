#!/usr/bin/env python3
"""Scores warnings against events, minute by minute: an implementation of the definitions of WWRP 2009-1 that shares nothing with
the service's. Reads JSON from standard input, minutes since 2026-01-01T00:00+08:00 throughout:
{"warnings": [{"released": [[colour, minute, [division, ...]], ...], "ended": minute or null}],
 "events": [[colour, began, ended or null, division]], "from": colour, "seasons": {name: [first, last]}, "grace": m, "least": m, "settle": m, "now": m}
Prints {"season year": ["[hits, false alarms, misses, late, open]", "least,median,mean,greatest lead in whole seconds"]}.
"""
import datetime, fractions, json, statistics, sys

def main(asked):
    now, grace, least = asked["now"], asked["grace"], asked["least"]

    def season(minute):
        day = datetime.datetime(2026, 1, 1) + datetime.timedelta(minutes=minute)
        for name, (first, last) in asked["seasons"].items():
            months = list(range(first, last + 1)) if first <= last else list(range(first, 13)) + list(range(1, last + 1))
            if day.month in months:
                return "%s %d" % (name, day.year - (1 if first > last and day.month <= last else 0))
        return "rest %d" % day.year

    def at(warning, minute):
        """The colour in force at that minute, and where."""
        shown = (0, [])
        for colour, released, *where in warning["released"]:
            if released <= minute: shown = (colour, where[0] if where else [""])
        return shown

    # Each run of minutes at the colour or above is one warning.
    spans = []
    for warning in asked["warnings"]:
        start = None
        last = warning["ended"] if warning["ended"] is not None else now
        for minute in range(warning["released"][0][1], last + 1):
            high = at(warning, minute)[0] >= asked["from"]
            if high and start is None: start = minute
            if not high and start is not None:
                spans.append((start, minute, True, warning)); start = None
        if start is not None: spans.append((start, last, warning["ended"] is not None, warning))
    events = [e for e in asked["events"] if e[0] >= asked["from"]]
    scores = {}
    cell = lambda key: scores.setdefault(key, [0, 0, 0, 0, 0, []])
    useful = set()
    def warned(span, area):
        """The minutes at which the span covers the area, with those after which it lets go of it; a code covers those it begins."""
        start, end, _, warning = span
        runs, since = [], None
        for minute in range(start, end + 1):
            covers = any(area.startswith(code) for code in at(warning, min(minute, end - 1) if end > start else start)[1])
            if covers and since is None: since = minute
            if not covers and since is not None: runs.append((since, minute)); since = None
        return runs + ([(since, end)] if since is not None else [])

    for _, began, ended, *where in events:
        ended = now if ended is None else ended
        area, met, leads = where[0] if where else "", set(), []
        for i, span in enumerate(spans):
            for start, end in warned(span, area):
                if not any(start <= m <= end + grace for m in range(began, ended + 1)): continue
                met.add(i)
                if start < began and began - start >= least: leads.append(began - start)
        useful.update(met)
        row = cell(season(began))
        if leads:
            row[0] += 1; row[5].append(max(leads))
        else:
            row[2] += 1; row[3] += 1 if met else 0
    for i, (start, end, over, _) in enumerate(spans):
        if i in useful: continue
        settled = over and end + max(grace, asked["settle"]) <= now
        cell(season(start))[1 if settled else 4] += 1
    return {key: [str(row[:5]), leads_told(row[5])] for key, row in scores.items()}

def leads_told(leads):
    if not leads: return "-1,-1,-1,-1"
    told = [min(leads), statistics.median(leads), fractions.Fraction(sum(leads), len(leads)), max(leads)]
    return ",".join(str(int(fractions.Fraction(lead) * 60)) for lead in told)

print(json.dumps(main(json.load(sys.stdin)), sort_keys=True))
