import Glibc
import Synchronization

/// A signal that asks a loop to end in its own time.
enum EndSignal {
    private static let flag = Atomic(false)

    static func watch(_ number: Int32) {
        signal(number) { _ in EndSignal.flag.store(true, ordering: .relaxed) }
    }

    static var hasCome: Bool { flag.load(ordering: .relaxed) }
}
