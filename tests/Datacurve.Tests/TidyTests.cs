namespace Datacurve.Tests;

public sealed class TidyTests;
