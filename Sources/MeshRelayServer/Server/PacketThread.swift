import Glibc

/// A thread for work that blocks for as long as it lasts, which the pool of the language must not be used for.
enum PacketThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ run: sending @escaping () -> Void) throws(RelayServerError) {
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { Self.enter($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw .system(operation: "starting", object: "the packet thread", errno: code)
        }
        pthread_detach(thread)
    }

    private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
    }
}
