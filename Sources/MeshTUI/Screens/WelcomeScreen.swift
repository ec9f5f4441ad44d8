/// What there is to do for somebody who is in no party.
enum WelcomeScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        let log = rect.height >= 18 ? max(5, rect.height / 4) : 0
        let area = Rect(rect.x, rect.y, rect.width, rect.height - log)
        if area.height >= 10, area.width >= 56 {
            drawLarge(area, &canvas, state.glyphs)
        } else {
            drawSmall(area, &canvas, state.glyphs)
        }
        EventsScreen.draw(state, in: Rect(rect.x, area.bottom, rect.width, log), on: &canvas)
    }

    private static func drawLarge(_ rect: Rect, _ canvas: inout Canvas, _ glyphs: Glyphs) {
        let place = rect.centered(Size(52, 10))
        let title = "A private network for you and your friends"
        canvas.put(title, place.x + (place.width - title.count) / 2, place.y, .bold)
        key("h", "Host a party", "and pass its invite to friends", place.x + 4, place.y + 2, &canvas, glyphs)
        key("j", "Join a party", "with an invite somebody gave you", place.x + 4, place.y + 6, &canvas, glyphs)
    }

    private static func key(
        _ key: String, _ title: String, _ text: String, _ x: Int, _ y: Int, _ canvas: inout Canvas, _ glyphs: Glyphs
    ) {
        canvas.box(Rect(x, y, 7, 3), "", glyphs, focused: true)
        canvas.put(key, x + 3, y + 1, .accent)
        canvas.put(title, x + 10, y, .bold)
        canvas.put(text, x + 10, y + 1, .dim)
    }

    private static func drawSmall(_ rect: Rect, _ canvas: inout Canvas, _ glyphs: Glyphs) {
        let place = rect.centered(Size(26, 3))
        for (line, (key, text)) in [("h", "host a party"), ("j", "join with an invite")].enumerated() {
            canvas.put(key, place.x, place.y + line * 2, .accent, width: place.width)
            canvas.field(text, place.x + 3, place.y + line * 2, place.width - 3, .plain, glyphs)
        }
    }
}
