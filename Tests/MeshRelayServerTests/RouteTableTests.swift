import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct RouteTableTests {
    private let here = TestRelay.place(1)

    @Test("what was kept is found by its whole key until everything is forgotten")
    func kept() {
        var table = RouteTable()
        let route = Route(sender: 1, receiver: 2, used: false)
        table.keep(route, from: here, index: 7)
        #expect(table.route(from: here, index: 7) == route)
        #expect(table.route(from: here, index: 8) == nil)
        #expect(table.route(from: TestRelay.place(1, 4), index: 7) == nil)
        #expect(table.route(from: TestRelay.place(2), index: 7) == nil)
        table.forget()
        #expect(table.route(from: here, index: 7) == nil)
    }

    @Test("whatever shares a place, nobody gets another's route")
    func crowded() {
        var table = RouteTable()
        var random = SeededNumbers(3)
        let keys = (0..<20_000).map { _ in
            (
                Endpoint(IPAddress(v4: UInt32.random(in: 0...0xffff, using: &random)), 1),
                ReceiverIndex(random.next() & 0xff)
            )
        }
        var wrong = 0
        for (source, index) in keys {
            let route = Route(sender: Int(source.address.v4 ?? 0), receiver: Int(index), used: false)
            if let found = table.route(from: source, index: index), found != route { wrong += 1 }
            table.keep(route, from: source, index: index)
            if table.route(from: source, index: index) != route { wrong += 1 }
        }
        #expect(wrong == 0)
    }
}
