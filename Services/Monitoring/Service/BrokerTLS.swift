import Foundation
import NIOCore
import NIOSSL
import ServiceKit

/// How a broker is known to be the one that is meant, and it knows this service.
///
/// TLS 1.2 or newer; the broker's certificate must be signed by one of `authorities` and name the broker. The files are read for every
/// connection: a renewed certificate is taken without a restart.
struct BrokerTLS: Hashable, Sendable {
    /// Certificates in PEM that sign the broker's.
    let authorities: String
    /// What the broker's certificate has to name, if not the address that is connected to; nil for that address alone.
    let name: String?
    let identity: Identity?

    /// This service's own certificate, with those that lead to its signer, and its key, in PEM.
    struct Identity: Hashable, Sendable {
        let certificate: String
        let key: String
    }

    /// What stands first on a connection. Errors: `InputError` for a file that holds nothing of the kind.
    func handler() throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.trustRoots = .certificates(
            try Self.read(authorities, "ca_file") { try NIOSSLCertificate.fromPEMFile($0) }
        )
        if let identity {
            configuration.certificateChain = try Self.read(identity.certificate, "certificate_file") {
                try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) }
            }
            configuration.privateKey = .privateKey(
                try Self.read(identity.key, "key_file") { try NIOSSLPrivateKey(file: $0, format: .pem) }
            )
        }
        return try NIOSSLClientHandler(context: NIOSSLContext(configuration: configuration), serverHostname: name)
    }

    private static func read<Value>(_ path: String, _ key: String, _ read: (String) throws -> Value) throws -> Value {
        do { return try read(path) } catch {
            throw InputError("bad-tls-file", "\(path) cannot be read as PEM; correct tls.\(key): \(error)")
        }
    }

    /// What to do where the connection's end lies in TLS; nil for another error.
    static func remedy(_ error: any Error) -> String? {
        switch error {
        case is NIOSSLExtraError:
            "the broker's certificate is not for this name; correct broker or tls.name in monitoring.yaml (\(error))"
        case is NIOSSLError, is BoringSSLError:
            "no TLS with the broker; is its certificate signed by tls.ca_file, and ours one that it knows? (\(error))"
        default: nil
        }
    }
}

extension YAMLValue {
    /// `{ ca_file, name, certificate_file, key_file }`; all but the first may be left out, the last two only together.
    func brokerTLS(to address: HostPort) throws(ConfigurationError) -> BrokerTLS {
        try allow(["ca_file", "name", "certificate_file", "key_file"])
        var identity: BrokerTLS.Identity?
        switch (try optional("certificate_file"), try optional("key_file")) {
        case (let certificate?, let key?):
            identity = BrokerTLS.Identity(certificate: try certificate.text(), key: try key.text())
        case (nil, nil): break
        default: throw error("half an identity", remedy: "write certificate_file and key_file, or neither")
        }
        // An address in numbers stands in the certificate as such, and is no name.
        let isNumber = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
        return BrokerTLS(
            authorities: try value("ca_file").text(),
            name: try optional("name")?.text() ?? (isNumber ? nil : address.host),
            identity: identity
        )
    }
}
