#!/usr/bin/env python3
"""Stations of a recording, in mode M2 of SL 651: station.py PORT RECORDING. Each report is repeated until it is confirmed.

Prints `ok` for each confirmed report and `again` for each that had to be repeated.
"""
import json, socket, sys, time

def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8): value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value

def confirmed(link, frame):
    link.sendall(frame)
    data = b""
    while len(data) < 25:
        more = link.recv(25 - len(data))
        if not more: raise OSError("closed")
        data += more

def main(port, recording):
    frames = [bytes.fromhex(line["data"]) for line in map(json.loads, open(recording)) if line["channel"] == "sl651"]
    link = None
    for frame in (f for f in frames if crc(f[:-2]) == int.from_bytes(f[-2:], "big")):
        while True:
            try:
                link = link or socket.create_connection(("127.0.0.1", port), timeout=5)
                confirmed(link, frame)
                break
            except OSError:
                link = None
                print("again", flush=True)
                time.sleep(0.02)  # a station waits before it calls again
        print("ok", flush=True)

main(int(sys.argv[1]), sys.argv[2])
