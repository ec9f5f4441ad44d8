import CMeter

/// One row of the table: a count, which has a threshold, and a time, which depends on the machine and has none.
struct Measurement {
    let name: String
    /// Allocations in all the work of the row.
    let allocations: Int
    /// For people only.
    let remark: String
}

/// What was found out that makes every figure worthless.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Allocations of the process while the body runs.
func counted<Result>(_ body: () throws -> Result) rethrows -> (result: Result, allocations: Int) {
    let before = cmeter_allocations()
    let result = try body()
    return (result, Int(cmeter_allocations() - before))
}

/// A meter that counts nothing would pass everything.
func checkMeter() throws {
    var kept: [[UInt8]] = []
    let made = counted { for size in 1...100 { kept.append([UInt8](repeating: 1, count: size)) } }
    guard made.allocations >= 100, kept.count == 100 else {
        throw Failure("the meter saw \(made.allocations) of 100 allocations: it isn't linked in front of the C library")
    }
}
