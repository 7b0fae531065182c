package import Foundation
package import MessageSchema

/// A service that is asked, and answers in its own time or never.
package protocol AskedService: AnyObject {
    /// Sends a request; false if the queue is full. Errors: `oversized`, for its receiver would close the connection unread.
    func send(_ request: Data) throws(BusError) -> Bool
    /// The next reply within `milliseconds`; nil after that.
    func receive(within milliseconds: Int) throws(BusError) -> Data?
}

/// A service that is asked over ZeroMQ: its DEALER socket.
package final class Peer: AskedService {
    let socket: ZeroMQSocket

    /// Connects to where `service` answers on the bus at `address`. Errors: `BusError`.
    package init(_ context: ZeroMQContext, _ service: ServiceName, at address: BusAddress) throws(BusError) {
        let socket = try ZeroMQSocket.open(context, .ask, maxBytes: Int64(Limits.requestBytes))
        try socket.connect(address.requests(service), address.client(of: service))
        self.socket = socket
    }

    /// Sends a request; false if the queue is full. Errors: `oversized`, for its receiver would close the connection unread.
    package func send(_ request: Data) throws(BusError) -> Bool {
        guard request.count <= Limits.requestBytes else {
            throw BusError(.oversized, "a request of \(request.count) bytes; one has at most \(Limits.requestBytes)")
        }
        return try socket.send([request])
    }

    /// The next reply; nil if none waits.
    package func receive() throws(BusError) -> Data? { try socket.receive()?.last }

    /// The next reply within `milliseconds`; nil after that.
    package func receive(within milliseconds: Int) throws(BusError) -> Data? {
        if let reply = try receive() { return reply }
        return socket.waitReadable(milliseconds: milliseconds) ? try receive() : nil
    }
}
