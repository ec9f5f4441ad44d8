import ArgumentParser
import Foundation
import Glibc

/// For the lab's own tests, run with `exec`: what gets through, in which order, and how long nothing did.
struct TrafficCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traffic", abstract: "Measure a path with numbered UDP packets.", shouldDisplay: false,
        subcommands: [Send.self, Receive.self])

    fileprivate static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension TrafficCommand {
    struct Send: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send numbered packets at an even pace, until --seconds are over or SIGTERM.")

        @Option(help: "IP:PORT") var to: String
        @Option(help: "Packets a second.") var rate: Double = 1000
        @Option(help: "How long to send at most.") var seconds: Double = 5
        @Option(help: "Bytes of payload, 20 to 1472.") var size = 200
        @Flag(help: "Print the result as JSON.") var json = false

        func validate() throws {
            guard target != nil else { throw ValidationError("--to is an IPv4 address and a port, as 10.66.0.2:7000") }
            guard (1...1_000_000).contains(rate) else { throw ValidationError("--rate is 1 to 1000000") }
            guard seconds > 0 else { throw ValidationError("--seconds is more than 0") }
            guard (TrafficPacket.smallest...1472).contains(size) else { throw ValidationError("--size is 20 to 1472") }
        }

        private var target: (IPv4, UInt16)? {
            let parts = to.split(separator: ":")
            guard parts.count == 2, let address = IPv4(String(parts[0])), let port = UInt16(parts[1]) else {
                return nil
            }
            return (address, port)
        }

        func run() throws {
            guard let (address, port) = target else { return }
            let sender = TrafficSender(
                address: address, port: port, rate: rate, duration: .seconds(seconds), size: size)
            Promptness.claim()
            EndSignal.watch(SIGTERM)
            let result = try sender.run { EndSignal.hasCome }
            print(
                json
                    ? try TrafficCommand.json(result)
                    : "sent \(result.sent), the latest one \(result.latestMs) ms after its time")
        }
    }

    struct Receive: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count them until the sender says that it has ended, or --seconds are over.")

        @Option(help: "The UDP port.") var port: UInt16
        @Option(help: "How long to listen at most.") var seconds: Double = 10
        @Flag(help: "Print the result as JSON.") var json = false

        func run() throws {
            Promptness.claim()
            let report = try TrafficReceiver(port: port, duration: .seconds(seconds)).run()
            if json {
                print(try TrafficCommand.json(report))
            } else {
                print(
                    "sent \(report.sent), received \(report.received), lost \(report.lost), reordered "
                        + "\(report.reordered), longest silence \(report.longestSilenceMs) ms")
            }
        }
    }
}
