/// Ends the process with a code and says nothing: whoever threw it has said it.
struct ExitStatus: Error, Equatable { let code: Int32 }
