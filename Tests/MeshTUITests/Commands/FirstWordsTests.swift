import ArgumentParser
import MeshCore
import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

@Suite("What is told before anything is begun")
struct FirstWordsTests {
    @Test("a first word that is no command is named, with the commands there are")
    func unknownCommand() throws {
        let commands = MeshTUI.configuration.subcommands
        let problem = try #require(UnknownCommand.problem(in: ["bogus", "--json"], commands: commands))
        #expect(problem.code == .usage)
        #expect(problem.message.hasPrefix("there is no command “bogus”: give one of dashboard, host, join, "))
        #expect(!problem.message.contains("node,"))
        for arguments in [[], ["--version"], ["host", "x"], ["node"], ["help", "host"], ["-h"]] {
            #expect(UnknownCommand.problem(in: arguments, commands: commands) == nil)
        }
        #expect(MeshTUI.configuration.version == "meshtui \(MeshTUI.version)")
    }

    @Test(
        "what is wrong with an invite is told in the order in which it is checked, each in its own words",
        arguments: [
            ("hello", "this is no invite, it does not begin with mtui1: copy all of what the host has sent"),
            ("mtui2aeaq", "this is no invite, it does not begin with mtui1: copy all of what the host has sent"),
            ("mtui1gar8age", "this invite has a letter that stands in none: copy it again, and nothing around it"),
            (
                "mtui1garbage",
                "this invite has a version that this MeshTUI can't read: copy it again, and update MeshTUI if it is right"
            ),
            ("mtui1", "this invite is cut short: copy all of it"),
            ("mtui1aeyqaaaa", "this invite is cut short: copy all of it"),
            ("mtui1aedaaaaaaaaaaaaa", "this invite has something behind its end: copy it again, and nothing around it"),
            ("mtui1aedaaaaaaa", "this invite has a typing mistake: copy it again"),
        ])
    func invite(_ text: String, _ words: String) {
        #expect(throws: CommandProblem(words, .data)) { _ = try NodeRequest.join(invite: text).checked() }
    }

    @Test("a party's name is checked as well, and what is right passes")
    func name() throws {
        #expect(throws: CommandProblem("\(CommandRefusal.partyName("a/b", .scalar("/")))", .data)) {
            _ = try NodeRequest.host(party: "a/b").checked()
        }
        #expect(try NodeRequest.host(party: "Friday LAN").checked() == .host(party: "Friday LAN"))
        let invite = try InviteCode(
            party: ReportTests.party, secret: Bytes16(), minEpoch: 1, servers: [], hosts: [])
        #expect(try NodeRequest.join(invite: "> “\(invite.text)”.").checked() == .join(invite: invite.text))
        #expect(try NodeRequest.leave.checked() == .leave)
    }

    @Test("every refusal is one sentence that ends with what to do")
    func refusals() {
        var words = Refusal.allCases.flatMap { refusal in
            ["\(CommandRefusal.invite(refusal))", "\(CommandRefusal.control(.rule(refusal)))"]
        }
        let others: [CommandRefusal] = [
            .alreadyIn(partyName: "x"), .notInParty, .busy, .stopped, .name("x", .mark), .partyName("x", .spaces),
            .unknownPeer, .unknownRelay,
            .mistrust("its key is not the invite's"), .newerEpoch, .control(.unknown("this invite")),
            .control(.unknown("this party")), .control(.unauthorised), .control(.busy(retryAfter: 60)),
            .control(.unreachable("192.0.2.1:1: no answer")),
        ]
        words += others.map { "\($0)" }
        for text in words {
            let parts = text.split(separator: ": ")
            #expect(parts.count > 1, "\(text)")
            #expect(!text.contains("\n") && (!text.hasSuffix(".") || text.hasSuffix("-_.")), "\(text)")
        }
        #expect("\(CommandRefusal.control(.unknown("this invite")))".contains("ask the host for a new one"))
    }

    @Test("whom a host or a join waits for is told after two seconds: each second on a terminal, now and then in a log")
    func waiting() {
        var line = WaitingLine(isTerminal: true)
        #expect(line.text(asking: "control server x:1", seconds: 1) == nil)
        #expect(line.end == nil)
        #expect(
            line.text(asking: "control server x:1", seconds: 12)
                == "\r\u{1b}[Kasking control server x:1 …, 12 s (Ctrl-C stops it)")
        #expect(line.end == "\r\u{1b}[K")
        var log = WaitingLine(isTerminal: false)
        let told = (1...21).filter { log.text(asking: "x", seconds: $0) != nil }
        #expect(told == [2, 10, 20])
        #expect(log.end == nil)
    }
}

@Suite("A node that could not be started")
struct LaunchedNodeClientTests {
    private func client(
        _ launch: @escaping LaunchedNodeClient.Launch
    ) -> LaunchedNodeClient {
        let socket = SocketNodeClient(socket: NodeSocketClient(path: "/nowhere/at/all.sock"))
        return LaunchedNodeClient(socket, name: "anna", interface: "mt7", problem: "run sudo", launch: launch)
    }

    @Test("is shown with its reason, and tried again by a key")
    func retry() async {
        let client = client { () async throws(CommandProblem) in
            throw CommandProblem("still not: run sudo", .permission)
        }
        var snapshots = client.snapshots().makeAsyncIterator()
        let first = await snapshots.next()
        #expect(first?.node.problem == "run sudo")
        #expect(first?.node.name == "anna")
        #expect(await client.perform(.invite) == .refused("run sudo"))
        #expect(await client.perform(.retry) == .refused("still not: run sudo"))
        #expect(await snapshots.next()?.node.problem == "still not: run sudo")
        #expect(await client.perform(.shutdownNode) == .done(nil))
    }

    @Test("once it has started, it is asked itself")
    func started() async {
        let client = client { () async throws(CommandProblem) in }
        #expect(await client.perform(.retry) == .done(nil))
        guard case .refused(let why) = await client.perform(.invite) else {
            Issue.record("nobody was asked")
            return
        }
        #expect(why.contains("/nowhere/at/all.sock"))
    }
}
