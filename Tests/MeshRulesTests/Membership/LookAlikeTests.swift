import Testing

@testable import MeshRules

@Suite("Look-alike names")
struct LookAlikeTests {
    private func resemble(_ first: String, _ second: String) -> Bool {
        let (first, second) = (LookAlike(first), LookAlike(second))
        return first.resembles(second) && second.resembles(first)
    }

    @Test(
        "a reader takes one for the other",
        arguments: [
            ("anna", "Anna"), ("anna", "ANNA"), ("an na", "an-na"), ("an_na", "an.na"),
            ("bob", "b0b"), ("Bill", "B1ll"), ("Bill", "BiIl"), ("Max5", "MaxS"), ("Bob", "8o8"), ("Zoe", "2oe"),
            ("anna", "аnnа"),  // Cyrillic a
            ("OSCAR", "ОЅСАR"), ("BETH", "ВЕТН"), ("hip", "һір"), ("jack", "јаск"), ("Max", "Мах"), ("dawn", "ԁаԝn"),
            ("Anna3", "AnnaЗ"), ("six6", "siх6"),
            ("ZAK", "ΖΑΚ"), ("MIKE", "ΜΙΚΕ"), ("TOM", "ΤΟΜ"),  // Greek capitals
            ("nova", "ηονα"), ("pat", "ρατ"),  // Greek small letters
            ("Νικος", "νικος"), ("НИНА", "нина"),  // case within another alphabet
            ("anna", "ａｎｎａ"), ("Bob1", "Ｂｏｂ１"),  // full width
            ("anna", "𝐚𝐧𝐧𝐚"), ("Bob", "𝔹𝕠𝕓"), ("R2", "𝖱𝟤"), ("Zoe", "𝚉𝚘𝚎"),  // mathematical alphabets
            ("home", "horne"), ("Walter", "VValter"), ("modern", "modem"),
            ("anna", "ᴀɴɴᴀ"), ("office", "oﬀice"), ("dijk", "dĳk"), ("figaro", "ﬁgaro"),
            ("andré", "аndrе\u{301}"), ("José", "Јоѕе\u{301}"),  // the same accent on another alphabet's letter
        ])
    func alike(_ first: String, _ second: String) {
        #expect(resemble(first, second))
    }

    @Test(
        "names that nobody confuses stay apart",
        arguments: [
            ("anna", "hanna"), ("Friend 1", "Friend 2"), ("Max6", "Max8"), ("andre", "andré"), ("Мария", "Maria"),
            ("Ελένη", "Eleni"), ("nova", "ΝΟΝΑ"), ("花子", "花于"), ("PC 3", "PC 8"), ("lotte", "lottchen"),
        ])
    func apart(_ first: String, _ second: String) {
        #expect(!resemble(first, second))
    }
}
