/// A unit of the grid 网格: the city, a town or street, a village or community, or a group.
package struct GridUnitID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A report out of the grid 网格报告; what others say of the same happening goes by the first one's.
package struct GridReportID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A hidden danger 事故隐患, the same from finding to closing.
package struct DangerID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A risk point 风险点.
package struct RiskPointID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// An enterprise 生产经营单位.
package struct EnterpriseID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}
