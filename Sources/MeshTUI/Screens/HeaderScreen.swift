import MeshRules

/// Who this machine is, what NAT it sits behind, and whether the control plane answers.
enum HeaderScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        let node = state.view?.node ?? NodeSummary()
        if rect.height < 4 {
            drawLine(node, state, rect, &canvas)
        } else {
            drawBox(node, state, rect, &canvas)
        }
    }

    private static func drawBox(_ node: NodeSummary, _ state: AppState, _ rect: Rect, _ canvas: inout Canvas) {
        let glyphs = state.glyphs
        let device = [node.interface, node.backend].filter { !$0.isEmpty }.joined(separator: " \(glyphs.separator) ")
        let control = controlText(node, glyphs)
        // Without room for it in the second row, the control plane goes into the border.
        let isTight = rect.width < 76
        let name = node.name.isEmpty ? "MeshTUI" : "MeshTUI \(glyphs.separator) \(node.name)"
        let inner = canvas.box(rect, name, detail: isTight ? "control \(control.0)" : device, glyphs).insetBy(1, 0)
        let party = state.view?.activeParty
        let right = max(28, inner.width * 35 / 100)
        let field = Field(glyphs: glyphs, y: inner.y)
        field.draw("Address", node.address ?? "–", .bold, Rect(inner.x, 0, right - 2, 1), &canvas)
        let host = party?.host?.words(after: "hosted by")
        let title = party.map { [$0.name, host].compactMap { $0 }.joined(separator: " \(glyphs.separator) ") }
        field.draw("Party", title ?? "none", party == nil ? .dim : .plain, Rect(inner.x, 1, right - 2, 1), &canvas)
        let rest = inner.width - right
        field.draw("NAT", natText(node, glyphs), natStyle(node), Rect(inner.x + right, 0, rest, 1), &canvas)
        let third = rest >= 76 ? 44 : 0
        let width = isTight ? rest : third == 0 ? rest - 22 : third - 2
        field.draw("Public", node.publicEndpoint ?? "unknown", .plain, Rect(inner.x + right, 1, width, 1), &canvas)
        if isTight { return }
        let x = third == 0 ? inner.right - 20 : inner.x + right + third
        field.draw("Control", control.0, control.1, Rect(x, 1, inner.right - x, 1), &canvas)
    }

    private static func drawLine(_ node: NodeSummary, _ state: AppState, _ rect: Rect, _ canvas: inout Canvas) {
        let glyphs = state.glyphs
        let control = shortControlText(node, glyphs)
        let columns = DisplayWidth.of(control.0)
        let name = node.name.isEmpty ? "MeshTUI" : node.name
        var x = rect.x + 1
        let room = rect.width - 2 - (rect.width >= 30 ? columns + 1 : 0)
        canvas.field(name, x, rect.y, min(DisplayWidth.of(name), room), .accent, glyphs)
        x += min(DisplayWidth.of(name), room) + 2
        let facts = [node.address, node.natType == .unknown ? nil : node.natType.grade.rawValue].compactMap { $0 }
        canvas.field(facts.joined(separator: " \(glyphs.separator) "), x, rect.y, room - x + 1, .plain, glyphs)
        if rect.width >= 30 { canvas.put(control.0, rect.right - 1 - columns, rect.y, control.1) }
    }

    private static func natText(_ node: NodeSummary, _ glyphs: Glyphs) -> String {
        guard node.natType != .unknown else { return "not known yet" }
        let parts = ["\(node.natType)", node.natType.grade.rawValue, node.natIsAssumed ? "assumed" : nil]
        return parts.compactMap { $0 }.joined(separator: " \(glyphs.separator) ")
    }

    private static func natStyle(_ node: NodeSummary) -> Style {
        switch node.natType.grade {
        case .open: .good
        case .moderate: .plain
        case .strict: .warning
        case .unknown: .dim
        }
    }

    private static func controlText(_ node: NodeSummary, _ glyphs: Glyphs) -> (String, Style) {
        switch node.controlReachable {
        case true?: ("\(glyphs.yes) reachable", .good)
        case false?: ("\(glyphs.no) away", .bad)
        case nil: ("\(glyphs.no) none", .dim)
        }
    }

    private static func shortControlText(_ node: NodeSummary, _ glyphs: Glyphs) -> (String, Style) {
        switch node.controlReachable {
        case true?: ("\(glyphs.yes) up", .good)
        case false?: ("\(glyphs.no) down", .bad)
        case nil: ("", .dim)
        }
    }

    /// A label and its value in a row of the header.
    private struct Field {
        let glyphs: Glyphs
        let y: Int

        func draw(_ label: String, _ value: String, _ style: Style, _ place: Rect, _ canvas: inout Canvas) {
            let width = label == "NAT" || label == "Public" ? 7 : 8
            canvas.put(label, place.x, y + place.y, .dim, width: place.width)
            canvas.field(value, place.x + width, y + place.y, place.width - width, style, glyphs)
        }
    }
}
