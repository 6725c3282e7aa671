[ -e /harness/again ]
