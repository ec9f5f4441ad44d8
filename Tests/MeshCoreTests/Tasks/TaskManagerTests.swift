import MeshRules
import Testing

@testable import MeshCore

private struct Broken: Error, CustomStringConvertible { let description = "out of order" }

@Suite("Background jobs")
struct TaskManagerTests {
    @Test("a job that ends is finished, and its completion hears how")
    func finishes() async {
        let trace = Trace()
        let tasks = TaskManager()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            await tasks.start(
                TaskJob("one") {
                    trace.note("ran")
                } completion: { outcome in
                    trace.note("\(outcome)")
                    await tasks.shutdown()
                })
            await group.waitForAll()
        }
        #expect(trace.lines == ["ran", "finished"])
        #expect(await tasks.statuses == [TaskStatus(name: "one", state: .finished, runs: 1, lastError: nil)])
    }

    @Test("a job that fails runs again after its pause, until it succeeds")
    func runsAgain() async {
        let trace = Trace()
        let tasks = TaskManager { trace.note("pause of \($0)") }
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            await tasks.start(
                TaskJob("flaky", again: .onFailure(after: .seconds(5))) {
                    trace.note("run")
                    if trace.lines.filter({ $0 == "run" }).count < 3 { throw Broken() }
                } completion: { _ in
                    await tasks.shutdown()
                })
            await group.waitForAll()
        }
        #expect(trace.lines == ["run", "pause of 5.0 seconds", "run", "pause of 5.0 seconds", "run"])
        let status = await tasks.statuses.first
        #expect(status?.runs == 3)
        #expect(status?.state == .finished)
        #expect(status?.lastError == "out of order")
    }

    @Test("a failure without another run is told")
    func fails() async {
        let tasks = TaskManager()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            await tasks.start(
                TaskJob("bad") {
                    throw Broken()
                } completion: { _ in
                    await tasks.shutdown()
                })
            await group.waitForAll()
        }
        #expect(
            await tasks.statuses == [TaskStatus(name: "bad", state: .failed, runs: 1, lastError: "out of order")])
    }

    @Test("cancelling a job returns when it has ended, and others go on")
    func cancels() async {
        let trace = Trace()
        let tasks = TaskManager()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            for name in ["stays", "goes"] {
                await tasks.start(
                    TaskJob(name) {
                        begin.yield()
                        await Self.untilCancelled()
                        trace.note("\(name) ended")
                    })
            }
            var count = 0
            for await _ in begun {
                count += 1
                if count == 2 { break }
            }
            await tasks.cancel("goes")
            #expect(trace.lines == ["goes ended"])
            #expect(await tasks.statuses.map(\.state) == [.running, .cancelled])
            await tasks.shutdown()
            await group.waitForAll()
        }
        #expect(trace.lines == ["goes ended", "stays ended"])
        #expect(await tasks.statuses.map(\.state) == [.cancelled, .cancelled])
    }

    @Test("one job of a name runs at a time, and it may start again when it has ended")
    func namesAreUnique() async {
        let tasks = TaskManager()
        let (ended, end) = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            let job = TaskJob("poll") {
                await Self.untilCancelled()
            } completion: { _ in
                end.finish()
            }
            #expect(await tasks.start(job))
            #expect(await tasks.start(job) == false)
            await tasks.cancel("poll")
            for await _ in ended {}
            #expect(await tasks.start(job))
            await tasks.shutdown()
            await group.waitForAll()
        }
        #expect(await tasks.start(TaskJob("late") {}) == false)
        #expect(await tasks.statuses.map(\.name) == ["poll"])
    }

    @Test("cancelling the whole ends every job")
    func cancelsAll() async {
        let tasks = TaskManager()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        await tasks.start(
            TaskJob("long", again: .always(after: .seconds(1))) {
                begin.finish()
                await Self.untilCancelled()
            })
        let run = Task { await tasks.run() }
        for await _ in begun {}
        run.cancel()
        await run.value
        #expect(await tasks.statuses.map(\.state) == [.cancelled])
        await tasks.cancel("nobody")
    }

    /// Never ends of itself.
    private static func untilCancelled() async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
        continuation.finish()
    }
}
