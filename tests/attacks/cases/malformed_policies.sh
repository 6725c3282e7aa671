# limit: 120
# Texts that are no policy: each stops everybody but root, and the record says where and why.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello

# malformed NAME REASON TEXT: the text, in which printf's signs count, after a right policy.
malformed() {
    # shellcheck disable=SC2059 # the text is a format
    printf "$3" >/etc/sutap/policy.d/zz.toml
    attack "toml_$1" "a policy would be believed that says something else to its author" refused_toml "$2"
}
refused_toml() {
    broken 'the policy is at fault' as user1 sutap hello
    expect_records 1 "\"decision\":\"error\".*\"reason\":\"/etc/sutap/policy.d/zz.toml:$1"
}
rule='schema = 1\n[[rule]]\nname = "r"\neffect = "allow"\nusers = ["user1"]\nscripts = ["hello"]\n'
other='schema = 1\n[[script]]\nname = "s"\npath = "/srv/s"\n'

malformed empty ".*schema" ''
malformed no_schema ".*schema" '[[rule]]\nname = "r"\n'
malformed schema_2 '1:10: .*schema 1' 'schema = 2\n'
malformed schema_text '1:10: .*schema 1' 'schema = "1"\n'
malformed unknown_key '7:1: unknown key' "${rule}admin = true\n"
malformed unknown_table ".*unknown table" 'schema = 1\n[[rules]]\n'
malformed key_twice ".*second 'effect'" "${rule}effect = \"deny\"\n"
malformed effect_unknown '.*allow.*deny' 'schema = 1\n[[rule]]\nname = "r"\neffect = "Allow"\nusers = ["user1"]\nscripts = ["*"]\n'
malformed effect_missing ".*'effect' is missing" 'schema = 1\n[[rule]]\nname = "r"\nusers = ["user1"]\nscripts = ["*"]\n'
malformed nobody ".*needs 'users'" 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nscripts = ["*"]\n'
malformed empty_list '.*no list' 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nusers = []\nscripts = ["*"]\n'
malformed list_is_text '.*no list' 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nusers = "user1"\nscripts = ["*"]\n'
malformed list_in_list '.*expected' 'schema = 1\n[[rule]]\nusers = [["user1"]]\n'
malformed deep '.*expected' "schema = 1\nx = $(printf '%01000d' 0 | tr 0 '[')\n"
malformed star_and_name '.*stands alone' 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nusers = ["user1"]\nscripts = ["*", "hello"]\n'
malformed unknown_script '.*no script is named' 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nusers = ["user1"]\nscripts = ["helo"]\n'
malformed rule_twice '.*second rule' "$rule${rule#schema = 1?n}"
malformed script_twice '.*second script' 'schema = 1\n[[script]]\nname = "hello"\npath = "/srv/x"\n'
malformed id_too_large '.*# and a number' 'schema = 1\n[[rule]]\nname = "r"\neffect = "deny"\nusers = ["#4294967295"]\nscripts = ["*"]\n'
malformed id_wraps '.*# and a number' 'schema = 1\n[[rule]]\nname = "r"\neffect = "allow"\nusers = ["#4294968297"]\nscripts = ["*"]\n'
malformed id_negative '.*# and a number' 'schema = 1\n[[rule]]\nname = "r"\neffect = "allow"\nusers = ["#-1"]\nscripts = ["*"]\n'
malformed id_empty '.*# and a number' 'schema = 1\n[[rule]]\nname = "r"\neffect = "allow"\nusers = ["#"]\nscripts = ["*"]\n'
malformed open_text '.*end of the text' 'schema = 1\n[[script]]\nname = "s\n'
malformed zero_byte '.*' 'schema = 1\n\0[[rule]]\n'
malformed zero_byte_in_text '.*end of the text' 'schema = 1\n[[script]]\nname = "s\0t"\n'
malformed escape_in_text '.*end of the text' 'schema = 1\n[[script]]\nname = "s\033[2J"\n'
malformed carriage_return '.*' 'schema = 1\r[[rule]]\r'
malformed byte_order_mark '1:1' '\357\273\277schema = 1\n'
malformed utf16 '1:' '\377\376s\0c\0h\0e\0m\0a\0'
malformed inline_table '.*unknown key' 'schema = 1\nrule = { name = "r" }\n'
malformed dotted_key '.*expected' 'schema = 1\nrule.name = "r"\n'
malformed plain_table '.*expected' 'schema = 1\n[rule]\nname = "r"\n'
malformed many_lines_text '.*' 'schema = 1\n[[script]]\nname = """s\n"""\n'
malformed half_header '2:' 'schema = 1\n[[rule'
malformed no_value '.*expected' 'schema =\n'
malformed path_relative '.*absolute' 'schema = 1\n[[script]]\nname = "s"\npath = "srv/s"\n'
malformed path_climbs '.*absolute' 'schema = 1\n[[script]]\nname = "s"\npath = "/srv/../tmp/s"\n'
malformed path_doubled '.*absolute' 'schema = 1\n[[script]]\nname = "s"\npath = "//srv/s"\n'
malformed digest_short '.*64 hex' "${other}sha256 = \"00\"\n"
malformed digest_is_list '.*no text' "${other}sha256 = [\"00\"]\n"
malformed name_is_path '.*a name is' 'schema = 1\n[[script]]\nname = "../s"\npath = "/srv/s"\n'
malformed name_is_option '.*a name is' 'schema = 1\n[[script]]\nname = "-g"\npath = "/srv/s"\n'
malformed truth_is_text '.*neither' "${other}kernel_addresses = \"false\"\n"
malformed about_of_two_lines '.*no text of one line' "${other}about = \"a\\\\nb\"\n"
malformed surrogate '.*' "${other}about = \"\\\\ud800\"\n"
end_of_attacks
