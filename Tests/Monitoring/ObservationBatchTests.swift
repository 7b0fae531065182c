import Foundation
import MonitoringCodecs
import TestSupport
import Testing
import Vocabulary

@Suite struct ObservationBatchTests {
    static let good =
        #"{"station":"1522021001","element":"stage","value":"4.125","unit":"m","observed":"2026-07-01T08:00:00+08:00"}"#

    private func codes(_ items: [Result<SentObservation, DocumentError>]) -> [DocumentError.Code?] {
        items.map { if case .failure(let error) = $0 { error.code } else { nil } }
    }

    @Test func `a batch gives each observation, and one bad item spoils no other`() throws {
        let batch = try ObservationBatch(
            Data(
                """
                {"batch":"b-1","observations":[\(Self.good),
                {"station":"1522021001","element":"stage","value":4.125,"unit":"m","observed":"2026-07-01T08:00:00"},
                {"station":"1522021001","element":"stage","value":true,"unit":"m","observed":"2026-07-01T08:00:00Z"},
                {"station":"1522021001","element":"stage","unit":"m","observed":"2026-07-01T08:00:00Z"},
                {"station":"1522021001","element":"stage","value":1,"units":"m","observed":"2026-07-01T08:00:00Z"}, 7]}
                """.utf8
            )
        )
        #expect(
            batch.id == "b-1"
                && codes(batch.items) == [nil, .missingZone, .wrongKind, .missingField, .unknownField, .wrongKind]
        )
        let first = try batch.items[0].get()
        #expect(
            try first.value.quantity(.metre) == Quantity(4125, decimals: 3, .metre) && first.station == "1522021001"
        )
    }

    @Test func `one observation may come alone`() throws {
        let batch = try ObservationBatch(Data(Self.good.utf8))
        #expect(batch.id.isEmpty && codes(batch.items) == [nil])
    }

    @Test func `a batch without name, without observations or with too many is refused as a whole`() {
        func code(_ text: String) -> DocumentError.Code? {
            do throws(DocumentError) { _ = try ObservationBatch(Data(text.utf8)) } catch { return error.code }
            return nil
        }
        #expect(code("[]") == .wrongKind && code("{}") == .missingField && code(#"{"batch":"a"}"#) == .missingField)
        #expect(code(#"{"batch":"","observations":[1]}"#) == .badText)
        #expect(code(#"{"batch":"a","observations":[]}"#) == .tooMany)
        #expect(code(#"{"batch":"a","observations":{}}"#) == .wrongKind)
        let many = Array(repeating: "1", count: ObservationBatch.most + 1).joined(separator: ",")
        #expect(code(#"{"batch":"a","observations":[\#(many)]}"#) == .tooMany)
    }

    @Test func `a table is read with its quotes, and a torn one is refused`() throws {
        // RFC 4180, section 2, rules 5 to 7.
        let table = try CSVTable(Data("a,b\r\n\"x, \"\"y\"\"\r\nz\",2\r\n3,\n".utf8))
        #expect(table.columns == ["a", "b"] && table.rows == [["x, \"y\"\r\nz", "2"], ["3", ""]])
        for text in ["", "a,b\n1\n", "a\n\"x", "a\n\"x\"y\n"] {
            #expect { try CSVTable(Data(text.utf8)) } throws: { ($0 as? DocumentError)?.code == .notCSV }
        }
        #expect { try CSVTable(Data("a,a\n".utf8)) } throws: { ($0 as? DocumentError)?.code == .repeatedField }
    }

    @Test func `weather as a table or as JSON gives the same observations`() throws {
        let csv = """
            station,time,temperature_c,relative_humidity_percent,wind_m_s,rain_1h_mm
            54000,2026-07-01T12:00:00+08:00,31.5,22,7.9,0.0
            54000,2026-07-01T13:00:00+08:00,,warm,,
            """
        let items = try WeatherTable.decode(Data(csv.utf8))
        #expect(codes(items) == [nil, nil, nil, nil, .badNumber])
        #expect(
            try items.prefix(4).map { try $0.get().element } == ["temperature", "humidity", "wind_speed", "rain_1h"]
        )
        let json = """
            [{"station":"54000","time":"2026-07-01T12:00:00+08:00","temperature_c":31.5,"relative_humidity_percent":22,"wind_m_s":"7.9",
            "rain_1h_mm":0.0},{"station":"54000","time":"2026-07-01T13:00:00+08:00","temperature_c":null,"relative_humidity_percent":"warm"}]
            """
        #expect(try WeatherTable.decode(Data(json.utf8)) == items)
        #expect { try WeatherTable.decode(Data("station,time,temperature_f\n".utf8)) } throws: {
            ($0 as? DocumentError)?.code == .unknownField
        }
    }
}
