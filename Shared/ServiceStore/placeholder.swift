// ServiceStore
