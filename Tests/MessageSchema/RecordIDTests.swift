import FoundationEssentials
import MessageSchema
import Testing

// Expected ids: Python 3.11, independent of this code:
//     def derive(label, *parts):
//         h = hashlib.sha256()
//         for p in (label, *parts): h.update(struct.pack('>Q', len(p))); h.update(p)
//         return h.digest()[:16].hex()

@Suite struct RecordIDTests {
    @Test func `an input's id is the hash of its channel and content`() {
        // derive(b'input/sl651', b'\x7e\x7e\x01\x00')
        let id = RecordID.input(channel: "sl651", content: Data([0x7E, 0x7E, 0x01, 0x00]))
        #expect(id.description == "d72528e84c15ea663ce8b47dea507bfd")
        // derive(b'input/', b'')
        #expect(RecordID.input(channel: "", content: Data()).description == "7878719fcfe5df5ac29a1381836f2db1")
    }

    @Test func `a command's id and those of its records follow from the id that the sender chose`() {
        // derive(b'command', b'cmd-42'), then derive(b'record', b'monitoring', THAT, b'0') and b'1'
        let command = RecordID.command(id: "cmd-42")
        #expect(command.description == "d0c201b18a77bcf9ae3c8e541de79880")
        let records = (0...1).map { RecordID.record(service: "monitoring", cause: command, ordinal: $0).description }
        #expect(records == ["80baf626829f54edd1876c1701759476", "db4bfcdcc3ea67e41d3561cd526a52fa"])
    }

    @Test func `a timer's id is the hash of service, name, subject and due time`() {
        // derive(b'timer', b'dispatch', b'overdue', b'task-7', b'1790000000000000')
        let timer = RecordID.timer(
            service: "dispatch",
            name: "overdue",
            subject: "task-7",
            dueMicroseconds: 1_790_000_000_000_000
        )
        #expect(timer.description == "fc9549d08626864816ae34c89118eac7")
        // derive(b'timer', b'ab', b'c', b'', b'-1')
        let early = RecordID.timer(service: "ab", name: "c", subject: "", dueMicroseconds: -1)
        #expect(early.description == "e11211f0a6f02ba7b1383d071dd8f700")
    }

    @Test func `parts do not run together`() {
        let one = RecordID.timer(service: "ab", name: "c", subject: "d", dueMicroseconds: 0)
        let other = RecordID.timer(service: "a", name: "bc", subject: "d", dueMicroseconds: 0)
        #expect(one != other)
    }

    @Test func `an id reads back from its bytes and from its digits`() throws {
        let id = RecordID.command(id: "cmd-42")
        #expect(try RecordID(id.bytes) == id)
        #expect(try RecordID(hex: id.description) == id)
        #expect(try RecordID(Data([1, 2]) + id.bytes.dropFirst(2)).bytes.prefix(2) == Data([1, 2]))
        #expect(try RecordID((Data([9]) + id.bytes).dropFirst()) == id, "a slice whose indices do not start at 0")
    }

    @Test(arguments: [0, 15, 17, 32])
    func `bytes of another length are no id`(count: Int) {
        #expect(throws: MessageError.self) { try RecordID(Data(count: count)) }
    }

    @Test(arguments: [
        "", "d0c201b18a77bcf9ae3c8e541de7988", "d0c201b18a77bcf9ae3c8e541de798800",
        "g0c201b18a77bcf9ae3c8e541de79880", "+0c201b18a77bcf9ae3c8e541de79880", "d0c201b18a77bcf9-e3c8e541de79880",
    ])
    func `anything but 32 hexadecimal digits is no id`(hex: String) {
        #expect(throws: MessageError.self) { try RecordID(hex: hex) }
    }

    @Test func `a record's hash is SHA-256`() throws {
        // FIPS 180-4 example, "abc".
        let hash = RecordHash.of(Data("abc".utf8))
        #expect(hash.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try RecordHash(hash.bytes) == hash)
        #expect(RecordHash.none.bytes == Data(count: 32))
        #expect(throws: MessageError.self) { try RecordHash(Data(count: 31)) }
    }
}
