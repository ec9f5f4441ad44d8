import Glibc

/// What carries or measures packets is only as true as it is prompt, whatever else the machine is busy with.
enum Promptness {
    /// Real-time priority for this process where it can be had, else the best there is. For those that wait between packets:
    /// they starve nobody.
    static func claim() {
        var lowest = sched_param()
        lowest.sched_priority = sched_get_priority_min(SCHED_RR)
        if sched_setscheduler(0, SCHED_RR, &lowest) != 0 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -15)
        }
    }
}
