// Commands that every service takes: they are about its record, not about its trade.

extension RetryDeadLetter {
    package static let type = "fengsui.command.dead-letter.retry"
}

extension DropDeadLetter {
    package static let type = "fengsui.command.dead-letter.drop"
}

extension ForgetSubscriber {
    package static let type = "fengsui.command.subscriber.forget"
}
