import Testing

/// The real binaries on real kernels, one lab at a time: what the fake world decides has to hold here.
@Suite(.serialized) struct LabTests {}
