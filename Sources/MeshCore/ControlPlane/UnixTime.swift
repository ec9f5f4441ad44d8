import Glibc

/// The machine's calendar time.
package enum UnixTime {
    /// Seconds since 1970.
    @Sendable
    package static func now() -> UInt64 { UInt64(max(0, read().tv_sec)) }

    /// Seconds for which the machine has been awake: a clock that nobody sets.
    @Sendable
    package static func uptime() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(max(0, now.tv_sec))
    }

    /// Microseconds since 1970.
    static func microseconds() -> UInt64 {
        let now = read()
        return UInt64(max(0, now.tv_sec)) * 1_000_000 + UInt64(now.tv_nsec / 1_000)
    }

    private static func read() -> timespec {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }
}
