/// Ordinary least squares by Householder reflections: the coefficients whose sums come nearest to the targets.
enum LeastSquares {
    /// A column that others explain to this share of its length tells nothing of its own.
    private static let dependence = 1e-9

    /// One coefficient a column; nil where there are fewer rows than columns, or columns depend on each other.
    ///
    /// Every row has as many columns as the first, and every number is finite.
    static func solve(_ rows: [[Double]], _ targets: [Double]) -> [Double]? {
        let width = rows.first?.count ?? 0
        guard width > 0, rows.count >= width, rows.count == targets.count else { return nil }
        var columns = (0..<width).map { column in rows.map { $0[column] } }
        var rest = targets
        var diagonal = [Double]()
        for column in 0..<width {
            let length = norm(columns[column][...])
            let left = norm(columns[column][column...])
            guard length > 0, left > dependence * length else { return nil }
            var mirror = Array(columns[column][column...])
            let pivot = mirror[0] > 0 ? -left : left
            mirror[0] -= pivot
            diagonal.append(pivot)
            for other in (column + 1)..<max(width, column + 1) { reflect(&columns[other], mirror, from: column) }
            reflect(&rest, mirror, from: column)
        }
        return substitute(columns, diagonal, rest)
    }

    private static func norm(_ values: ArraySlice<Double>) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// Subtracts twice the share of `mirror`.
    private static func reflect(_ values: inout [Double], _ mirror: [Double], from start: Int) {
        var (product, square) = (0.0, 0.0)
        for (offset, part) in mirror.enumerated() {
            product += part * values[start + offset]
            square += part * part
        }
        let factor = 2 * product / square
        for (offset, part) in mirror.enumerated() { values[start + offset] -= factor * part }
    }

    /// Solves the triangle from its last row up.
    private static func substitute(_ columns: [[Double]], _ diagonal: [Double], _ rest: [Double]) -> [Double] {
        var solution = [Double](repeating: 0, count: diagonal.count)
        for row in diagonal.indices.reversed() {
            var value = rest[row]
            for column in diagonal.indices where column > row { value -= columns[column][row] * solution[column] }
            solution[row] = value / diagonal[row]
        }
        return solution
    }
}
