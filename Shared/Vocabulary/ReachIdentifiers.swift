/// A place whose people are told of warnings 预警覆盖点: a village, a community, a block.
package struct ReachPlaceID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}

/// A way by which warnings reach people 发布渠道: a gateway of messages, loudspeakers, sirens, a broadcaster.
package struct ReachChannelID: Identifier {
    package let value: String
    package init(_ value: String) { self.value = value }
}
