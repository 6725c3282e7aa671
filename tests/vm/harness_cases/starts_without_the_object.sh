expect_output "programs 0 maps 0 links 0" bpf_objects
