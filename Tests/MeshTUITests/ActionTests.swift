import Foundation
import MeshRules
import Testing

@testable import MeshTUI

struct ActionTests {
    @Test("every action has one row, a key and a description")
    func complete() {
        #expect(
            Action.all.map(\.id).sorted { $0.rawValue < $1.rawValue }
                == Action.ID.allCases.sorted { $0.rawValue < $1.rawValue })
        #expect(Action.all.allSatisfy { !$0.keys.isEmpty && !$0.description.isEmpty })
    }

    @Test("a key shared by two actions is never usable for both at once")
    func noClash() {
        let states = [AppState(), ScreenSample.state(ScreenSample.alone()), ScreenSample.state(ScreenSample.party())]
        for state in states {
            let usable = Action.all.filter { $0.unavailable(state) == nil }.flatMap(\.keys)
            #expect(Set(usable).count == usable.count)
        }
    }

    @Test("j joins on the welcome screen and moves down in a party")
    func sharedKey() {
        #expect(Action.of(.character("j"), in: ScreenSample.state(ScreenSample.alone()))?.id == .join)
        #expect(Action.of(.character("j"), in: ScreenSample.state(ScreenSample.party()))?.id == .down)
        #expect(Action.of(.character("z"), in: AppState()) == nil)
    }

    @Test("reasons are sentences for a person")
    func reasons() {
        for state in [AppState(), ScreenSample.state(ScreenSample.alone())] {
            for reason in Action.all.compactMap({ $0.unavailable(state) }) { #expect(reason.hasSuffix(".")) }
        }
    }

    @Test("the table for the documentation has a row for each action")
    func documentation() {
        let lines = Action.markdownTable().split(separator: "\n")
        #expect(lines.count == Action.all.count + 2)
        #expect(lines.contains("| `i` | show the invite for friends |"))
    }

    @Test("docs/OPERATING.md holds exactly that table")
    func documentationIsCurrent() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/OPERATING.md"), encoding: .utf8)
        #expect(text.contains(Action.markdownTable()), "put this there:\n\(Action.markdownTable())")
    }
}
