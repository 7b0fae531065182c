"""The suite's own bus and store among the peers of ../shared/bench/peers: see `peers` beside this file."""
import os
import sys

sys.path.insert(0, os.environ["FENGSUI_PEERS"])
import bench  # noqa: E402


class Fengsui(bench.Peer):
    name, variants, base_port, brokerless = "fengsui", ["full", "curve"], 15700, True

    def client(self):
        return [os.environ["FENGSUI_CONTENDER"]]

    def extra(self, variant, data, folder):
        return ["dir=" + data, "subdir=" + folder]


if __name__ == "__main__":
    bench.main(Fengsui())
