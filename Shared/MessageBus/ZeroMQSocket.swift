import CZeroMQ
package import Foundation

/// One ZeroMQ context: owns the input and output threads. Ends with its last socket closed.
@safe package final class ZeroMQContext {
    fileprivate let pointer: UnsafeMutableRawPointer

    /// A context of its own. Errors: `BusError`.
    package init() throws(BusError) {
        guard let pointer = unsafe zmq_ctx_new() else { throw .last("zmq_ctx_new") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe zmq_ctx_term(pointer) }
}

/// The patterns that the bus uses.
package enum SocketPattern: Sendable {
    case publish, subscribe, ask, answer, reply
    /// Publishes to those whose subscriptions were admitted, one by one.
    case publishToAdmitted

    fileprivate var code: CInt {
        switch self {
        case .publish: ZMQ_PUB
        case .publishToAdmitted: ZMQ_XPUB
        case .subscribe: ZMQ_SUB
        case .ask: ZMQ_DEALER
        case .answer: ZMQ_ROUTER
        case .reply: ZMQ_REP
        }
    }
}

/// One ZeroMQ socket with one owner: neither copied nor sent to another thread.
///
/// Every send is non-blocking: a full queue drops (PUB) or reports false. Messages larger than `Limits.requestBytes` are
/// refused by libzmq before they are read.
@safe package struct ZeroMQSocket: ~Copyable {
    private let pointer: UnsafeMutableRawPointer
    private let context: ZeroMQContext

    /// A socket of that pattern, with bounded queues and no lingering at close.
    ///
    /// A peer that has gone without a word is noticed by ZMTP's heartbeat within four seconds, and connected to again. A connection
    /// that does not stand within two is tried anew: TCP alone would wait ever longer, and find a mended wire half a minute later.
    package static func open(
        _ context: ZeroMQContext,
        _ pattern: SocketPattern,
        highWater: CInt = 10_000,
        maxBytes: Int64
    ) throws(BusError) -> ZeroMQSocket {
        guard let pointer = unsafe zmq_socket(context.pointer, pattern.code) else { throw .last("zmq_socket") }
        let numbers = [
            (ZMQ_SNDHWM, highWater), (ZMQ_RCVHWM, highWater), (ZMQ_LINGER, 200), (ZMQ_HEARTBEAT_IVL, 1_000),
            (ZMQ_HEARTBEAT_TIMEOUT, 3_000), (ZMQ_CONNECT_TIMEOUT, 2_000), (ZMQ_HANDSHAKE_IVL, 5_000),
        ]
        var failed = numbers.contains { unsafe Self.set(pointer, $0, $1) != 0 }
        failed = unsafe Self.set(pointer, ZMQ_MAXMSGSIZE, maxBytes) != 0 || failed
        if pattern == .publishToAdmitted { failed = unsafe Self.set(pointer, ZMQ_XPUB_MANUAL, CInt(1)) != 0 || failed }
        if failed {
            let error = BusError.last("zmq_setsockopt")
            unsafe zmq_close(pointer)
            throw error
        }
        return unsafe ZeroMQSocket(pointer: pointer, context: context)
    }

    private init(pointer: UnsafeMutableRawPointer, context: ZeroMQContext) {
        unsafe self.pointer = pointer
        self.context = context
    }

    deinit { unsafe zmq_close(pointer) }

    private static func set(_ socket: UnsafeMutableRawPointer, _ option: CInt, _ value: some FixedWidthInteger) -> CInt
    {
        var value = value
        let size = MemoryLayout.size(ofValue: value)
        return unsafe zmq_setsockopt(socket, option, &value, size)
    }

    /// Sets the guard of what is bound or connected next. Plain text elsewhere than on ipc, inproc and loopback is refused.
    private func set(_ guarded: SocketGuard, for address: String) throws(BusError) {
        func key(_ option: CInt, _ key: CurveKey) -> CInt {
            unsafe zmq_setsockopt(pointer, option, key.text, CurveKey.length)
        }
        var failed: CInt = 0
        switch guarded {
        case .plain:
            guard ["ipc://", "inproc://", "tcp://127.", "tcp://[::1]"].contains(where: address.hasPrefix) else {
                throw BusError(
                    .plainText,
                    "\(address) would carry plain text off this machine; make keys with `fengsui keys`, or use 127.0.0.1"
                )
            }
        case .server(let keys):
            // Without a gatekeeper libzmq would let everybody in: `Bus` binds it first.
            failed = unsafe zmq_setsockopt(pointer, ZMQ_ZAP_DOMAIN, Gatekeeper.domain, Gatekeeper.domain.utf8.count)
            failed |= unsafe Self.set(pointer, ZMQ_CURVE_SERVER, CInt(1))
            failed |= key(ZMQ_CURVE_SECRETKEY, keys.secretKey)
        case .client(let keys, let server):
            failed = key(ZMQ_CURVE_SERVERKEY, server)
            failed |= key(ZMQ_CURVE_PUBLICKEY, keys.publicKey)
            failed |= key(ZMQ_CURVE_SECRETKEY, keys.secretKey)
        }
        if failed != 0 { throw .last("the keys of \(address)", code: .key) }
    }

    /// Binds. Errors: `plain-text`, `key`, `address`.
    package func bind(_ address: String, _ guarded: SocketGuard = .plain) throws(BusError) {
        try set(guarded, for: address)
        guard unsafe zmq_bind(pointer, address) == 0 else {
            let error = BusError.last("bind \(address)", code: .address)
            throw BusError(.address, "\(error.message); stop who listens there, or name another place for the bus")
        }
    }

    /// Connects, now or whenever the other side appears. Errors: `plain-text`, `key`, `address`.
    package func connect(_ address: String, _ guarded: SocketGuard = .plain) throws(BusError) {
        try set(guarded, for: address)
        guard unsafe zmq_connect(pointer, address) == 0 else { throw .last("connect \(address)", code: .address) }
    }

    /// Hears what is published under topics that begin with `topic`.
    func subscribe(to topic: Data) throws(BusError) {
        let result = unsafe topic.withUnsafeBytes {
            unsafe zmq_setsockopt(pointer, ZMQ_SUBSCRIBE, $0.baseAddress, $0.count)
        }
        if result != 0 { throw .last("subscribe") }
    }

    /// Lets the peer whose subscription was received last hear `topic`. One that has gone since is passed over.
    func admitLastSubscriber(to topic: Data) {
        _ = unsafe topic.withUnsafeBytes { unsafe zmq_setsockopt(pointer, ZMQ_SUBSCRIBE, $0.baseAddress, $0.count) }
    }

    /// Sends the frames as one message; false if the queue is full or nobody is there.
    package func send(_ frames: [Data]) throws(BusError) -> Bool {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index + 1 < frames.count ? ZMQ_SNDMORE : 0)
            let sent = unsafe frame.withUnsafeBytes { unsafe zmq_send(pointer, $0.baseAddress, $0.count, flags) }
            if sent < 0 {
                if index == 0, [EAGAIN, EHOSTUNREACH].contains(zmq_errno()) { return false }
                throw .last("send")
            }
        }
        return true
    }

    /// The next message's frames; nil if none waits. More than `frameLimit` frames are read and dropped: an empty message.
    package func receive(frameLimit: Int = 4) throws(BusError) -> [Data]? {
        var key: String?
        return try receive(frameLimit: frameLimit, senderKey: &key)
    }

    /// The same, and the public key that it came in under, where `senderKey` is not nil and the socket is guarded.
    func receive(frameLimit: Int = 4, senderKey: inout String?) throws(BusError) -> [Data]? {
        var frames: [Data] = []
        var more: CInt = 0
        repeat {
            guard let frame = try receiveFrame(first: frames.isEmpty, senderKey: &senderKey) else { return nil }
            frames.append(frame)
            var size = MemoryLayout<CInt>.size
            guard unsafe zmq_getsockopt(pointer, ZMQ_RCVMORE, &more, &size) == 0 else { throw .last("more") }
        } while more != 0
        return frames.count <= frameLimit ? frames : []
    }

    private func receiveFrame(first: Bool, senderKey: inout String?) throws(BusError) -> Data? {
        var message = zmq_msg_t()
        unsafe zmq_msg_init(&message)
        defer { unsafe zmq_msg_close(&message) }
        guard unsafe zmq_msg_recv(&message, pointer, first ? ZMQ_DONTWAIT : 0) >= 0 else {
            if [EAGAIN, EINTR].contains(zmq_errno()) { return nil }
            throw .last("receive")
        }
        if senderKey != nil, let key = unsafe zmq_msg_gets(&message, "User-Id") {
            senderKey = unsafe String(cString: key)
        }
        guard let bytes = unsafe zmq_msg_data(&message) else { return Data() }
        return unsafe Data(bytes: bytes, count: zmq_msg_size(&message))
    }

    fileprivate var pollItem: zmq_pollitem_t {
        unsafe zmq_pollitem_t(socket: pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }

    /// Waits until this socket is readable; false after `milliseconds`.
    package func waitReadable(milliseconds: Int) -> Bool {
        var item = unsafe pollItem
        return unsafe zmq_poll(&item, 1, milliseconds) > 0
    }
}

/// Wakes a thread that waits in `Poll`; may be rung from any thread.
package final class Doorbell: Sendable {
    fileprivate let descriptor: CInt

    /// Makes the descriptor. Errors: `BusError`.
    package init() throws(BusError) {
        descriptor = eventfd(0, CInt(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw BusError(.socket, "eventfd: error \(errno)") }
    }

    deinit { close(descriptor) }

    /// Wakes the waiting thread, or its next wait.
    package func ring() { eventfd_write(descriptor, 1) }

    fileprivate func silence() {
        var count: eventfd_t = 0
        unsafe eventfd_read(descriptor, &count)
    }
}

extension BusError {
    static func last(_ what: String, code: Code = .socket) -> BusError {
        let number = zmq_errno()
        return BusError(code, "\(what): \(unsafe String(cString: zmq_strerror(number)))")
    }
}

extension Doorbell {
    /// Waits until a socket is readable, the bell rings or `milliseconds` passed.
    func wait(
        _ one: borrowing ZeroMQSocket,
        _ two: borrowing ZeroMQSocket,
        asking: [Peer],
        gatekeeper: Gatekeeper?,
        subscriptions: borrowing ZeroMQSocket,
        milliseconds: Int
    ) {
        var items = unsafe [one.pollItem, two.pollItem]
        if let gatekeeper {
            unsafe items.append(gatekeeper.socket.pollItem)
            unsafe items.append(subscriptions.pollItem)
        }
        for peer in asking { unsafe items.append(peer.socket.pollItem) }
        unsafe items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        unsafe zmq_poll(&items, CInt(items.count), milliseconds)
        silence()
    }
}
