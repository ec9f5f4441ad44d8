import Glibc
import Logging
import MeshRules

/// The engine's own jobs beside those of the node.
extension MeshEngine {
    static let networkJob = "network"

    var bringUpJob: TaskJob {
        TaskJob(Self.networkJob, again: .onFailure(after: Self.retry)) { try await self.bringUp() }
    }

    func begin() async {
        guard started() else { return }
        await tasks.start(bringUpJob)
        await tasks.start(TaskJob("event log") { for await event in self.reported { await self.note(event) } })
        await tasks.start(
            TaskJob("snapshots", again: .always(after: Self.publishing)) { await self.publish() })
        await tasks.start(
            TaskJob("watchers") { for await _ in self.watchers { await self.tellWatched() } })
    }

    private func note(_ event: NodeEvent) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        eventFeed.send(log.append(event, at: Double(now.tv_sec) + Double(now.tv_nsec / 1_000_000) / 1_000))
        logger.log(level: event.level.logLevel, "\(event.subject): \(event.message)")
    }

    private func publish() async {
        guard snapshotFeed.count > 0 else { return }
        let snapshot = await snapshot
        guard snapshot != published else { return }
        published = snapshot
        snapshotFeed.send(snapshot)
    }

    private func tellWatched() async { await running?.manager.take(.watched(snapshotFeed.count > 0)) }
}
