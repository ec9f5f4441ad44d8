import Glibc

/// The machine's calendar time.
package enum UnixTime {
    /// Seconds since 1970.
    @Sendable
    package static func now() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(max(0, now.tv_sec))
    }
}
