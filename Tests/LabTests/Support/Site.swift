/// Where the lab's sites are, as `meshtui-lab up` prints them.
enum Site {
    static let controlURL = "http://192.0.2.1:51821"
    static let relay1 = "192.0.2.11"
    static let relay2 = "198.51.100.11"
    static let relays = ["relay1": relay1, "relay2": relay2]
}
