#!/usr/bin/env python3
"""Checks CAP 1.2 documents by meaning: check_cap.py STATUS FILE… in the order in which they were sent. Prints what is wrong."""
import datetime, sys, xml.etree.ElementTree as tree

SPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"

def check(status, paths):
    seen = {}  # identifier -> (sender, sent, what it follows)
    for path in paths:
        alert = tree.parse(path).getroot()
        text = lambda node, name: (node.findtext(SPACE + name) or "").strip()
        name, sender, sent = (text(alert, key) for key in ("identifier", "sender", "sent"))
        say = lambda what: print("%s: %s" % (name, what))
        if alert.tag != SPACE + "alert": say("root is " + alert.tag)
        if name in seen: say("the identifier was used before")
        if any(c in name + sender for c in " ,<&"): say("identifier or sender holds a character that 3.2.1 forbids")
        if text(alert, "status") != status: say("status is " + text(alert, "status"))
        kind, references = text(alert, "msgType"), text(alert, "references").split()
        if (kind == "Alert") != (not references): say("%s with %d references" % (kind, len(references)))
        for reference in references:
            known = reference.split(",")
            if len(known) != 3 or known[1] not in seen or seen[known[1]] != (known[0], known[2]): say("refers to unknown " + reference)
            elif time(known[2]) > time(sent): say("refers to a later document")
        for info in alert.findall(SPACE + "info"):
            times = [sent] + [text(info, key) for key in ("effective", "onset", "expires") if text(info, key)]
            expires = time(text(info, "expires"))
            if kind != "Cancel" and expires <= time(sent): say("expires before it is sent")
            if any(not t.endswith(("+08:00", "-00:00")) for t in times): say("a time without an offset as 3.3.2 writes it")
            if not info.findall(SPACE + "area"): say("no area")
        if not alert.findall(SPACE + "info"): say("no info")
        seen[name] = (sender, sent)
    return len(seen)

def time(text): return datetime.datetime.fromisoformat(text)

if __name__ == "__main__": print("%d documents" % check(sys.argv[1], sys.argv[2:]))
